// StyLua's command line over the npm package, which is the library alone (WebAssembly):
//   node scripts/stylua.cjs [--check] FILE...      settings: stylua.toml
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);
const stylua = require(path.join(root, '.state/npm/node_modules/@johnnymorganz/stylua'));

const enums = {
  syntax: stylua.LuaVersion,
  indent_type: stylua.IndentType,
  quote_style: stylua.QuoteStyle,
  call_parentheses: stylua.CallParenType,
  line_endings: stylua.LineEndings,
  collapse_simple_statement: stylua.CollapseSimpleStatement,
};

/** Reads `key = "Value"` and `key = 12`, all that stylua.toml has; anything else is an error. */
function readConfig() {
  const config = stylua.Config.new();
  const lines = fs.readFileSync(path.join(root, 'stylua.toml'), 'utf8').split('\n');
  for (const line of lines.filter((l) => l.trim() && !l.startsWith('#'))) {
    const [, key, text, number] = line.match(/^(\w+) = (?:"(\w+)"|(\d+))$/) ?? [];
    const value = number === undefined ? enums[key]?.[text] : Number(number);
    if (value === undefined || !(key in config)) throw new Error(`stylua.toml: ${line}`);
    config[key] = value;
  }
  return config;
}

const check = process.argv[2] === '--check';
let failed = 0;
for (const file of process.argv.slice(check ? 3 : 2)) {
  const before = fs.readFileSync(file, 'utf8');
  try {
    const verification = stylua.OutputVerification.Full;
    const after = stylua.formatCode(before, readConfig(), undefined, verification);
    if (after === before) continue;
    if (!check) fs.writeFileSync(file, after);
    const lines = after.split('\n');
    const lnum = before.split('\n').findIndex((line, i) => line !== lines[i]) + 1;
    console.log(check ? `${file}:${lnum}: not as StyLua formats it` : `${file}: formatted`);
    failed += check ? 1 : 0;
  } catch (error) {
    console.log(`${file}: ${error.message ?? error}`);
    failed += 1;
  }
}
process.exit(failed ? 1 : 0);
