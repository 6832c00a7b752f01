/**
 * The text of a notebook's buffer: cells between marker lines, and in code cells what IPython
 * reads before Python does. Every token comes from src/scanner.c, which makes one of any text:
 * there is no text that this grammar cannot parse.
 */
//   tree-sitter generate --abi 14    (what Neovim 0.10 loads), tree-sitter test
/// <reference types="tree-sitter-cli/dsl" />

module.exports = grammar({
  name: 'ipynb',

  extras: () => [],

  // The order is that of `enum Token` in src/scanner.c.
  externals: $ => [
    $._code_start,
    $._markdown_start,
    $._raw_start,
    $.end_marker,
    $._unclosed, // the text ended inside a cell
    $._newline, // after a marker
    $._text, // lines that are nothing else, to the next blank one
    $._cell_magic_name,
    $.magic_name,
    $.arguments,
    $.shell_operator,
    $.shell_command,
    $.assignment_target,
    $.help,
    $._group_end,
  ],

  rules: {
    // What stands outside of cells is read as code: the text of one cell alone, in its own buffer,
    // is such a notebook.
    notebook: $ => seq(optional($._outside), repeat($._group)),

    // Some cells on end. An edit leaves all groups but its own as they are: without them each of a
    // thousand cells would be visited after a key. It must not begin or end with a repetition, which
    // the parser takes for fragile at the edges and would visit.
    _group: $ => seq(
      $._cell,
      optional($._outside),
      repeat(seq($._cell, optional($._outside))),
      $._group_end,
    ),

    _outside: $ => choice(
      $._newline,
      seq(optional($._newline), alias($._code, $.content)),
    ),

    _cell: $ => choice($.code_cell, $.markdown_cell, $.raw_cell),

    code_cell: $ => seq(
      alias($._code_start, $.start_marker),
      optional($._newline),
      optional(alias($._code, $.content)),
      $._end,
    ),

    markdown_cell: $ => seq(
      alias($._markdown_start, $.start_marker),
      optional($._newline),
      optional($.content),
      $._end,
    ),

    raw_cell: $ => seq(
      alias($._raw_start, $.start_marker),
      optional($._newline),
      optional($.content),
      $._end,
    ),

    _end: $ => choice($.end_marker, $._unclosed),

    content: $ => repeat1($._text),

    _code: $ => repeat1(choice(
      $._text,
      $.cell_magic,
      $.line_magic,
      $.shell_line,
      $.magic_assignment,
      $.help,
    )),

    // `%%bash`: only the first line of a cell.
    cell_magic: $ => seq(alias($._cell_magic_name, $.magic_name), optional($.arguments)),

    line_magic: $ => $._magic,

    shell_line: $ => $._shell,

    // `files = !ls`, `path = %pwd`
    magic_assignment: $ => seq($.assignment_target, choice($._magic, $._shell)),

    _magic: $ => seq($.magic_name, optional($.arguments)),

    _shell: $ => seq($.shell_operator, optional($.shell_command)),
  },
});
