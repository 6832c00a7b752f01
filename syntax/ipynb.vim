" Regex highlighting of notebooks, where no tree-sitter parser is to be had: each cell is a
" region from its start marker to its end marker, with the syntax of its language inside.

if exists('b:current_syntax')
  finish
endif

let s:language = get(b:, 'ipynb_language', '')

" The name goes into a file pattern: only names that are one are looked up.
if s:language =~# '^[A-Za-z0-9_-]\+$' && !empty(globpath(&runtimepath, 'syntax/' .. s:language .. '.vim'))
  execute 'syntax include @ipynbCode syntax/' .. s:language .. '.vim'
  unlet! b:current_syntax
endif

syntax include @ipynbMarkdown syntax/markdown.vim
unlet! b:current_syntax
