-- Owns the keys: each declared once, with its default and its sentence of help; must not know what
-- they do.

---@param name string
---@param default string|string[]|false
---@param help string
---@return ipynb.Option
local function key(name, default, help)
  local allowed = { 'string', 'strings', 'false' }
  return { name = 'keymaps.' .. name, type = allowed, default = default, help = help }
end

---@type ipynb.Option[]
return {
  key('next_cell', ']]', 'Next cell.'),
  key('prev_cell', '[[', 'Previous cell.'),
  key('cut_cell', 'dd', 'Cut the cell into a register; takes a count.'),
  key('cut_operator', 'd', 'Cut the cells that the motion touches.'),
  key('cut_selection', { 'd', 'x' }, 'Linewise Visual mode: cut the selected cells.'),
  key('copy_cell', 'yy', 'Copy the cell into a register; takes a count.'),
  key('copy_selection', 'y', 'Linewise Visual mode: copy the selected cells.'),
  key('paste_cell_below', 'p', 'Paste cells below; takes a count. Text becomes a code cell.'),
  key('paste_cell_above', 'P', 'Paste cells above; takes a count.'),
  key('delete_cell', false, 'Delete the cell, no register; takes a count.'),
  key('split_cell', '<leader>k-', 'Split the cell at the cursor.'),
  key('merge_cells', '<leader>kJ', 'Join with the next cell, or as many as the count.'),
  key('join_cells', 'J', 'The same in the notebook; in the edit float `J` joins lines.'),
  key('make_markdown', '<leader>km', 'Make it a markdown cell; takes a count.'),
  key('make_code', '<leader>ky', 'Make it a code cell; takes a count.'),
  key('make_raw', '<leader>kr', 'Make it a raw cell; takes a count.'),
  key('toggle_cell_type', '<leader>kt', 'Code to markdown and back; takes a count.'),
  key('move_cell_down', '<M-j>', 'Move the cell down; takes a count.'),
  key('move_cell_up', '<M-k>', 'Move the cell up; takes a count.'),
  key('insert_cell_above', '<leader>ka', 'Insert a code cell above; takes a count.'),
  key('insert_cell_below', '<leader>kb', 'Insert a code cell below; takes a count.'),
  key('jump_to_cell', '<leader>kj', 'Choose a cell to go to.'),
  key('outline', '<leader>kl', 'Choose a heading to go to.'),
  key('fold_cell', '<leader>kf', 'Close the fold of the cell, or open it; takes a count.'),
  key('fold_all', false, 'Close the folds of all cells, as `zM`.'),
  key('unfold_all', false, 'Open the folds of all cells, as `zR`.'),
  key('fold_output', '<leader>kF', 'Fold the output to one line, or show it; takes a count.'),
  key('around_cell', 'ac', 'Text object: the cell; takes a count.'),
  key('inner_cell', 'ic', "Text object: the cell's text; takes a count."),
  key('execute_cell', { '<C-CR>', '<leader>kx' }, 'Run the cell.'),
  key('execute_cell_and_next', { '<S-CR>', '<leader>kX' }, 'Run the cell and go to the next.'),
  key('execute_cell_and_insert', '<M-CR>', 'Run the cell and edit a new one below.'),
  key('execute_all', '<leader>kE', 'Run all cells.'),
  key('execute_all_above', '<leader>kA', 'Run all cells above this one.'),
  key('execute_all_below', '<leader>kB', 'Run this cell and all below.'),
  key('execute_selection', '<leader>ke', 'Visual mode: run the selected text of one cell.'),
  key('execute_line', '<leader>kL', 'Run the line under the cursor.'),
  key('cancel', '<leader>kq', 'Drop what is queued; in Visual mode of the selected cells.'),
  key('output', { 'go', '<leader>ko' }, 'Open the output in a window.'),
  key('open_image', '<leader>kI', "Open the cell's image in the system's viewer."),
  key('save_image', false, "Save the cell's image beside the notebook."),
  key('jump_to_error', '<leader>ke', "Go to the row in which the cell's error stands."),
  key('clear_output', '<leader>kc', "Clear the cell's output."),
  key('clear_all_outputs', '<leader>kC', 'Clear all outputs.'),
  key('set_kernel', '<leader>kK', 'Choose another kernel.'),
  key('inspect', '<leader>kh', 'What the kernel says of the name at the cursor; again: go there.'),
  key(
    'inspect_in_notebook',
    'K',
    'The same, outside of the edit float; without a kernel, what language servers say.'
  ),
  key('inspect_cell', '<leader>kv', 'The variables that the cell names.'),
  key('toggle_auto_hover', '<leader>kH', 'Inspect where the cursor rests, or not any more.'),
  key('variables', '<leader>kV', "The kernel's variables in a window."),
  key('format_cell', '<leader>k=', 'Format the cell; takes a count.'),
  key('format_all', false, 'Format all cells.'),
  key('kernel_start', '<leader>ks', 'Start the kernel.'),
  key('kernel_shutdown', '<leader>kS', 'Shut the kernel down.'),
  key('kernel_interrupt', { '<C-c>', '<leader>ki' }, 'Interrupt the kernel.'),
  key('kernel_restart', '<leader>k0', 'Restart the kernel.'),
  key('kernel_status', '<leader>kn', "Show the kernel's status."),
  key(
    'edit_as_typed',
    { 'i', 'I', 'a', 'A', 'o', 'O', 'c', 'C', 'R', '<Insert>' },
    'Edit the cell where the cursor is; the key then does there what it does in Vim.'
  ),
  key('edit_cell', '<CR>', 'Edit the cell, cursor where it is.'),
  key('edit_next_cell', '<C-j>', 'In the edit float: edit the next cell.'),
  key('edit_prev_cell', '<C-k>', 'In the edit float: edit the previous cell.'),
  key('save', '<C-s>', 'In the edit float: save without closing.'),
  key('close', '<Esc>', 'In the edit float, normal mode: close it.'),
  key('repeat_change', '.', 'Repeat the last change, to cells or to text.'),
  key('undo', 'u', 'Undo; takes a count.'),
  key('redo', '<C-r>', 'Redo; takes a count.'),
  key('undo_earlier', 'g-', 'Older text, by time; takes a count.'),
  key('undo_later', 'g+', 'Newer text, by time; takes a count.'),
}
