"""What each method must do in the notebook of a seat, whatever the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.editor.lsp.checks import edited, places, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.editor.lsp.seat import Seat

CHECKS: dict[str, Callable[[Seat], None]] = {
    "textDocument/hover": shown.hover,
    "textDocument/signatureHelp": shown.signature_help,
    "textDocument/definition": places.definition,
    "textDocument/declaration": places.declaration,
    "textDocument/implementation": places.implementation,
    "textDocument/typeDefinition": places.type_definition,
    "textDocument/references": places.references,
    "textDocument/documentSymbol": places.document_symbol,
    "workspace/symbol": places.workspace_symbol,
    "textDocument/documentHighlight": shown.document_highlight,
    "textDocument/rename": edited.rename,
    "textDocument/prepareRename": edited.rename_by_prompt,
    "textDocument/completion": edited.completion,
    "completionItem/resolve": edited.resolve,
    "textDocument/semanticTokens/full": shown.semantic_tokens,
    "textDocument/inlayHint": shown.inlay_hints,
    "textDocument/formatting": edited.formatting,
    "textDocument/rangeFormatting": edited.range_formatting,
    "textDocument/codeAction": edited.code_action,
    "textDocument/codeLens": shown.code_lens,
    "textDocument/foldingRange": shown.folding_range,
    "textDocument/selectionRange": shown.selection_range,
    "textDocument/prepareCallHierarchy": places.call_hierarchy,
    "textDocument/prepareTypeHierarchy": places.type_hierarchy,
    "textDocument/diagnostic": shown.reported,
    "textDocument/publishDiagnostics": shown.reported,
}
