; What a cell's text is: the notebook's language, or that of its `%%magic`. The directive
; (lua/ipynb/highlight/injection.lua) leaves IPython's own lines out where the language is Python.
((code_cell
  (content) @injection.content)
  (#ipynb-inject-code! @injection.content))

; A cell alone, in its edit buffer.
((notebook
  (content) @injection.content)
  (#ipynb-inject-code! @injection.content))

((markdown_cell
  (content) @injection.content)
  (#set! injection.language "markdown"))

; The rest of a `!shell` line.
((shell_command) @injection.content
  (#ipynb-has-magics?)
  (#set! injection.language "bash"))
