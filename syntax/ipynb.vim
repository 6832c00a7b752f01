" Regex highlighting of notebooks, for where no tree-sitter parser is to be had. Each cell is a
" region from marker to marker, with its language inside; `keepend` stops a string that was left
" open at the end of its cell. Markers themselves are drawn over and get no colour.

if exists('b:current_syntax')
  finish
endif

let s:language = get(b:, 'ipynb_language', '')

" The name becomes part of a file name and comes from the notebook: only a plain name is used.
if s:language =~# '^[A-Za-z0-9_-]\+$' && !empty(globpath(&runtimepath, 'syntax/' .. s:language .. '.vim'))
  execute 'syntax include @ipynbCode syntax/' .. s:language .. '.vim'
  unlet! b:current_syntax
endif

if s:language ==# 'python'
  " %magic, %%cell magic, !shell, ?help, name? and files = !ls
  syntax match ipynbMagic /^\s*\%(%%\?\h\|!\|?\).*$/ contained
  syntax match ipynbMagic /^\s*\h[A-Za-z0-9_.]*??\?\s*$/ contained
  syntax match ipynbMagic /\%(^\s*\h[A-Za-z0-9_., ]*=\s*\)\@200<=\%(!\|%\h\).*$/ contained
  syntax cluster ipynbCode add=ipynbMagic
endif

" Markdown's own syntax file brings those of HTML, CSS and JavaScript along: too slow to open
" for what a fallback shows.
syntax match ipynbHeading /^\s\{0,3}#\{1,6}\s.*$/ contained contains=ipynbBold,ipynbItalic,ipynbInlineCode
syntax match ipynbListMark /^\s*\%([-*+]\|\d\+[.)]\)\ze\s/ contained
syntax match ipynbQuote /^\s*>.*$/ contained
syntax match ipynbRule /^\s*\([-*_]\)\%(\s*\1\)\{2,}\s*$/ contained
syntax match ipynbBold /\*\*\S\%([^*]*\S\)\?\*\*/ contained
syntax match ipynbBold /\<__\S\%([^_]*\S\)\?__\>/ contained
syntax match ipynbItalic /\*\@1<!\*[^* \t]\%([^*]*[^* \t]\)\?\*\*\@!/ contained
syntax match ipynbItalic /\<_[^_ \t]\%([^_]*[^_ \t]\)\?_\>/ contained
syntax match ipynbInlineCode /`[^`]\+`/ contained
syntax match ipynbLink /!\?\[[^][]*\]([^()]*)/ contained contains=ipynbLinkTarget
syntax match ipynbLinkTarget /(\zs[^()]*\ze)/ contained
syntax match ipynbMath /\$\$\?[^$ ][^$]*\$\$\?/ contained
syntax region ipynbFence start=/^\s*\z(```\+\|\~\~\~\+\)/ end=/^\s*\z1\s*$/ contained keepend
syntax cluster ipynbMarkdown contains=ipynbHeading,ipynbListMark,ipynbQuote,ipynbRule,ipynbBold,
      \ipynbItalic,ipynbInlineCode,ipynbLink,ipynbMath,ipynbFence

syntax region ipynbCodeCell matchgroup=ipynbMarker keepend contains=@ipynbCode
      \ start=/^# <<ipynb_nvim:code>>$/ end=/^# <<\/ipynb_nvim>>$/
syntax region ipynbMarkdownCell matchgroup=ipynbMarker keepend contains=@ipynbMarkdown
      \ start=/^# <<ipynb_nvim:markdown>>$/ end=/^# <<\/ipynb_nvim>>$/
syntax region ipynbRawCell matchgroup=ipynbMarker keepend
      \ start=/^# <<ipynb_nvim:raw>>$/ end=/^# <<\/ipynb_nvim>>$/

" A cell's own language may have brought its rules of synchronising; markers are better. Only end
" markers: after a `grouphere` of a region, `keepend` does not hold.
syntax sync clear
syntax sync match ipynbSync grouphere NONE /^# <<\/ipynb_nvim>>$/
syntax sync maxlines=2000

highlight default link ipynbMagic NotebookMagic
highlight default link ipynbHeading Title
highlight default link ipynbListMark Special
highlight default link ipynbQuote Comment
highlight default link ipynbRule Comment
highlight default link ipynbInlineCode String
highlight default link ipynbLink Underlined
highlight default link ipynbLinkTarget Comment
highlight default link ipynbMath Number
highlight default link ipynbFence String
highlight default ipynbBold cterm=bold gui=bold
highlight default ipynbItalic cterm=italic gui=italic

let b:current_syntax = 'ipynb'
unlet s:language
