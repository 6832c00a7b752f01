[
  (code_cell)
  (markdown_cell)
  (raw_cell)
] @fold
