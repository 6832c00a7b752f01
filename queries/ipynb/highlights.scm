; IPython's own lines, where the language is Python. Marker lines are drawn over.
((magic_name) @function.macro
  (#ipynb-has-magics?))

((arguments) @string.special
  (#ipynb-has-magics?))

((shell_operator) @function.macro
  (#ipynb-has-magics?))

((shell_command) @string.special
  (#ipynb-has-magics?))

((help) @function.macro
  (#ipynb-has-magics?))

((assignment_target) @variable
  (#ipynb-has-magics?))

(start_marker) @comment

(end_marker) @comment
