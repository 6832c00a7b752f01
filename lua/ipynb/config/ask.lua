-- Owns the options of what is asked of a kernel besides running code; must not know who asks.

---@type ipynb.Option[]
return {
  {
    name = 'completion.enabled',
    type = 'boolean',
    default = true,
    help = 'Completion from the kernel, by an LSP client named `ipynb` of facade and edit float.',
  },
  {
    name = 'completion.timeout_ms',
    type = 'integer',
    default = 2000,
    unit = 'milliseconds',
    help = 'The kernel has this long to complete; then there is nothing.',
  },
  {
    name = 'inspect.timeout_ms',
    type = 'integer',
    default = 3000,
    unit = 'milliseconds',
    help = 'The kernel has this long to tell about a name or its variables.',
  },
  {
    name = 'inspect.lsp',
    type = 'boolean',
    default = true,
    help = 'The kernel answers hover and signature help where no other LSP client does.',
  },
  {
    name = 'inspect.auto_hover',
    type = 'boolean',
    default = false,
    help = 'Show what the kernel says of the name on which the cursor rests.',
  },
  {
    name = 'inspect.hover_delay_ms',
    type = 'integer',
    default = 500,
    unit = 'milliseconds',
    help = 'How long the cursor rests before that.',
  },
}
