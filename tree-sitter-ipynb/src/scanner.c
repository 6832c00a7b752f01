// Makes the tokens of a notebook's text (grammar.js), line by line.
//
// It is total: whatever the text, one of its tokens fits. A cell runs from its start marker to the
// next end marker; a start marker inside it is text. In code it follows Python's strings, brackets
// and continued lines, as a `%` or `!` inside of them is no magic. Lookahead is a line.

#include "tree_sitter/parser.h"

#include <stdlib.h>
#include <string.h>

enum Token {
  CODE_START,
  MARKDOWN_START,
  RAW_START,
  END_MARKER,
  UNCLOSED,
  NEWLINE,
  TEXT,
  CELL_MAGIC_NAME,
  MAGIC_NAME,
  ARGUMENTS,
  SHELL_OPERATOR,
  SHELL_COMMAND,
  ASSIGNMENT_TARGET,
  HELP,
  GROUP_END,
};

enum Cell { NO_CELL, CODE, MARKDOWN, RAW };

// What comes next on the line; LINE_START: nothing of it was read yet.
enum Place { LINE_START, AFTER_MARKER, AFTER_TARGET, AFTER_MAGIC_NAME, AFTER_SHELL_OPERATOR, LINE_END };

enum String { NO_STRING, SINGLE, DOUBLE, TRIPLE_SINGLE, TRIPLE_DOUBLE };

// All bytes, so that it is its own serialized form.
typedef struct {
  uint8_t cell;
  uint8_t place;
  uint8_t has_code; // a line that is not blank was read in this cell
  uint8_t is_foreign; // `%%bash` and the like: what follows is not Python
  uint8_t string;
  uint8_t depth; // of brackets
  uint8_t is_continued; // the line before ended with a backslash
  uint8_t in_group;
  uint8_t closes_group; // the group ends with this cell
} State;

static bool is_python(const State *state) {
  return (state->cell == CODE || state->cell == NO_CELL) && !state->is_foreign;
}

enum Line { PLAIN, BLANK, MARKER, MAGIC, SHELL, HELP_LINE, ASSIGNMENT };

static const char *const START_MARKERS[] = {
  "# <<ipynb_nvim:code>>",
  "# <<ipynb_nvim:markdown>>",
  "# <<ipynb_nvim:raw>>",
};
static const char END[] = "# <</ipynb_nvim>>";

enum { HASHED_CHARACTERS = 64 };

// Cell magics whose cell is not Python.
static const char *const FOREIGN[] = {
  "!",        "HTML",     "R",    "SVG",   "bash",       "bigquery", "cmd",  "file", "html",
  "javascript", "js",     "julia", "latex", "markdown",  "perl",     "ruby", "script", "sh",
  "sql",      "svg",      "system", "sx",  "writefile",
};

static bool at_end(TSLexer *lexer) { return lexer->eof(lexer); }

static bool at_line_end(TSLexer *lexer) { return lexer->lookahead == '\n' || at_end(lexer); }

static void next(TSLexer *lexer) { lexer->advance(lexer, false); }

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

static bool is_letter(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c > 127;
}

static bool is_name(int32_t c) { return is_letter(c) || (c >= '0' && c <= '9'); }

static void skip_line(TSLexer *lexer) {
  while (!at_line_end(lexer)) next(lexer);
}

static void skip_blanks(TSLexer *lexer) {
  while (is_blank(lexer->lookahead) && !at_end(lexer)) next(lexer);
}

// Reads as much of the marker as is there; whether it is the whole line.
static bool read_end_marker(TSLexer *lexer) {
  for (const char *c = END; *c; c++) {
    if (lexer->lookahead != *c || at_end(lexer)) return false;
    next(lexer);
  }
  return at_line_end(lexer);
}

// The three start markers differ after `# <<ipynb_nvim:`. Returns the cell they start.
static enum Cell read_start_marker(TSLexer *lexer) {
  bool may_be[] = {true, true, true};
  for (unsigned i = 0;; i++) {
    if (at_line_end(lexer)) {
      for (unsigned kind = 0; kind < 3; kind++) {
        if (may_be[kind] && !START_MARKERS[kind][i]) return (enum Cell)(CODE + kind);
      }
      return NO_CELL;
    }
    bool is_any = false;
    for (unsigned kind = 0; kind < 3; kind++) {
      may_be[kind] = may_be[kind] && START_MARKERS[kind][i] &&
                     lexer->lookahead == START_MARKERS[kind][i];
      is_any = is_any || may_be[kind];
    }
    if (!is_any) return NO_CELL;
    next(lexer);
  }
}

// A quote outside of strings: one character, or three.
static void open_string(TSLexer *lexer, State *state) {
  int32_t quote = lexer->lookahead;
  next(lexer);
  state->string = quote == '\'' ? SINGLE : DOUBLE;
  if (lexer->lookahead != quote) return;
  next(lexer);
  state->string = NO_STRING;
  if (lexer->lookahead != quote) return;
  next(lexer);
  state->string = quote == '\'' ? TRIPLE_SINGLE : TRIPLE_DOUBLE;
}

// One character inside a string, or the quotes that close it.
static void read_string(TSLexer *lexer, State *state) {
  int32_t quote = state->string == SINGLE || state->string == TRIPLE_SINGLE ? '\'' : '"';
  if (lexer->lookahead == '\\') {
    next(lexer);
    if (at_line_end(lexer)) {
      state->is_continued = 1;
    } else {
      next(lexer);
    }
    return;
  }
  bool is_quote = lexer->lookahead == quote;
  next(lexer);
  if (!is_quote) return;
  if (state->string == TRIPLE_SINGLE || state->string == TRIPLE_DOUBLE) {
    for (int i = 0; i < 2; i++) {
      if (lexer->lookahead != quote) return;
      next(lexer);
    }
  }
  state->string = NO_STRING;
}

// One character of code; `last` becomes it. Comments are read to their end.
static void read_code(TSLexer *lexer, State *state, int32_t *last) {
  int32_t c = lexer->lookahead;
  if (c == '\'' || c == '"') {
    open_string(lexer, state);
    *last = c;
    return;
  }
  if (c == '#') {
    skip_line(lexer);
    *last = c;
    return;
  }
  next(lexer);
  if (c == '(' || c == '[' || c == '{') {
    state->depth += state->depth < 255;
  } else if (c == ')' || c == ']' || c == '}') {
    state->depth -= state->depth > 0;
  } else if (c == '\\' && at_line_end(lexer)) {
    state->is_continued = 1;
  }
  if (!is_blank(c)) *last = c;
}

// Whether the `=` just read, after `before`, assigns rather than compares or adds.
static bool is_assignment(TSLexer *lexer, int32_t before) {
  return before && lexer->lookahead != '=' && !(before < 128 && strchr("=!<>+-*/%&|^@:~", before));
}

// Reads a line of Python up to its end or to where it turns out to be a magic. `may_mark`: the
// token starts with this line, so it may end after `name =`.
static enum Line read_python(TSLexer *lexer, State *state, bool may_mark) {
  bool is_statement = !state->depth && !state->string && !state->is_continued;
  bool has_any = false, has_assigned = false;
  int32_t last = 0;
  state->is_continued = 0;
  if (is_statement) {
    skip_blanks(lexer);
    if (lexer->lookahead == '%') return MAGIC;
    if (lexer->lookahead == '!') return SHELL;
    if (lexer->lookahead == '?') return HELP_LINE;
  }
  while (!at_line_end(lexer)) {
    has_any = has_any || !is_blank(lexer->lookahead);
    if (state->string) {
      read_string(lexer, state);
      last = '"';
      continue;
    }
    int32_t c = lexer->lookahead, before = last;
    read_code(lexer, state, &last);
    if (c != '=' || !is_statement || has_assigned || state->depth) continue;
    has_assigned = is_assignment(lexer, before);
    if (!has_assigned) continue;
    skip_blanks(lexer);
    if (lexer->lookahead == '%' || lexer->lookahead == '!') {
      if (may_mark) lexer->mark_end(lexer);
      return ASSIGNMENT;
    }
  }
  if (!state->is_continued && (state->string == SINGLE || state->string == DOUBLE)) {
    state->string = NO_STRING;
  }
  if (is_statement && !state->string && !state->depth && last == '?') return HELP_LINE;
  return has_any || state->string ? PLAIN : BLANK;
}

// `state->cell` becomes what a marker begins.
static bool read_marker(TSLexer *lexer, State *state) {
  if (state->cell != NO_CELL) {
    if (!read_end_marker(lexer)) return false;
    state->cell = NO_CELL;
    return true;
  }
  state->cell = (uint8_t)read_start_marker(lexer);
  return state->cell != NO_CELL;
}

static enum Line read_line(TSLexer *lexer, State *state, bool may_mark) {
  if (lexer->lookahead == '#') {
    if (read_marker(lexer, state)) return MARKER;
    // What was read of it has neither quotes nor brackets; outside of strings it is a comment.
    if (!is_python(state) || !state->string) {
      state->is_continued = 0;
      skip_line(lexer);
      return PLAIN;
    }
  }
  if (is_python(state)) return read_python(lexer, state, may_mark);
  bool is_empty = at_line_end(lexer);
  skip_line(lexer);
  return is_empty ? BLANK : PLAIN;
}

// Ends a token at what was read so far.
static bool finish(TSLexer *lexer, State *state, enum Token token, enum Place place) {
  lexer->mark_end(lexer);
  lexer->result_symbol = token;
  state->place = at_line_end(lexer) && place > AFTER_TARGET ? LINE_END : place;
  return true;
}

static bool is_foreign_name(const char *name) {
  for (unsigned i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++) {
    if (!strcmp(name, FOREIGN[i])) return true;
  }
  return false;
}

// At the `%`.
static bool scan_magic(TSLexer *lexer, State *state) {
  bool may_be_cell_magic = !state->has_code && state->place == LINE_START;
  char name[16] = {0};
  unsigned length = 0, signs = 0;
  for (; lexer->lookahead == '%' && signs < 2; signs++) next(lexer);
  bool is_cell_magic = may_be_cell_magic && signs == 2;
  if (is_cell_magic && lexer->lookahead == '!') {
    name[length++] = '!';
    next(lexer);
  }
  for (; is_name(lexer->lookahead) || lexer->lookahead == '.'; length++) {
    if (length < sizeof name - 1) name[length] = (char)lexer->lookahead;
    next(lexer);
  }
  state->has_code = 1;
  state->is_foreign = is_cell_magic && length < sizeof name && is_foreign_name(name);
  return finish(lexer, state, is_cell_magic ? CELL_MAGIC_NAME : MAGIC_NAME, AFTER_MAGIC_NAME);
}

// At the `!`.
static bool scan_shell(TSLexer *lexer, State *state) {
  state->has_code = 1;
  next(lexer);
  if (lexer->lookahead == '!') next(lexer);
  return finish(lexer, state, SHELL_OPERATOR, AFTER_SHELL_OPERATOR);
}

// The rest of the line, and the next while they end with a backslash.
static bool scan_rest(TSLexer *lexer, State *state, enum Token token) {
  for (;;) {
    int32_t last = 0;
    for (; !at_line_end(lexer); next(lexer)) last = lexer->lookahead;
    lexer->mark_end(lexer);
    if (last != '\\' || at_end(lexer)) break;
    next(lexer);
    State probe = *state;
    if (at_end(lexer) || read_marker(lexer, &probe)) break;
  }
  state->place = LINE_END;
  lexer->result_symbol = token;
  return true;
}

// A whole line was read that is a marker; `state->cell` is what it begins.
static bool scan_marker(TSLexer *lexer, State *state) {
  enum Cell cell = (enum Cell)state->cell;
  uint8_t closes_group = cell == NO_CELL && state->closes_group;
  memset(state, 0, sizeof *state);
  state->cell = (uint8_t)cell;
  state->closes_group = closes_group;
  state->in_group = 1;
  enum Token token = cell == NO_CELL ? END_MARKER : (enum Token)(CODE_START + cell - CODE);
  return finish(lexer, state, token, AFTER_MARKER);
}

// A line that is a token of its own; it was read as far as `line` needs.
static bool scan_special(TSLexer *lexer, State *state, enum Line line) {
  switch (line) {
    case MARKER: return scan_marker(lexer, state);
    case MAGIC: return scan_magic(lexer, state);
    case SHELL: return scan_shell(lexer, state);
    case ASSIGNMENT: // marked already
      state->has_code = 1;
      state->place = AFTER_TARGET;
      lexer->result_symbol = ASSIGNMENT_TARGET;
      return true;
    default:
      state->has_code = 1;
      skip_line(lexer);
      return finish(lexer, state, HELP, LINE_END);
  }
}

// Nothing wide.
static bool end_group(TSLexer *lexer, State *state) {
  state->in_group = state->closes_group = 0;
  lexer->result_symbol = GROUP_END;
  return true;
}

// The first line of a cell decides whether a group ends with it, for one cell in 16 or so. It is the
// text alone that decides, so an edit changes no groups but its own and the next.
static bool is_chosen(TSLexer *lexer) {
  uint32_t hash = 2166136261u;
  for (int i = 0; i < HASHED_CHARACTERS && !at_line_end(lexer); i++) {
    hash = (hash ^ (uint32_t)lexer->lookahead) * 16777619u;
    next(lexer);
  }
  return (hash >> 16) % 16 == 0;
}

// The line break after a marker.
static bool scan_newline(TSLexer *lexer, State *state) {
  next(lexer);
  lexer->mark_end(lexer);
  lexer->result_symbol = NEWLINE;
  state->place = LINE_START;
  if (state->cell != NO_CELL) state->closes_group = is_chosen(lexer);
  return true;
}

// Plain lines, up to a line that is none, or to the end of a blank one: after an edit the text is
// read again up to the next blank line only.
static bool scan_lines(TSLexer *lexer, State *state) {
  bool has_any = state->place == LINE_END;
  if (has_any) {
    next(lexer);
    state->place = LINE_START;
  }
  lexer->result_symbol = TEXT;
  for (;;) {
    lexer->mark_end(lexer);
    if (at_end(lexer)) return has_any;
    State before = *state;
    enum Line line = read_line(lexer, state, !has_any);
    if (line != PLAIN && line != BLANK) {
      if (!has_any && before.closes_group && before.cell == NO_CELL && line == MARKER) {
        *state = before; // marked before the line
        return end_group(lexer, state);
      }
      if (!has_any) return scan_special(lexer, state, line);
      *state = before;
      return true;
    }
    state->has_code = state->has_code || line == PLAIN;
    if (!at_end(lexer)) next(lexer);
    has_any = true;
    if (line == BLANK) {
      lexer->mark_end(lexer);
      return true;
    }
  }
}

static bool scan(TSLexer *lexer, State *state) {
  if (at_end(lexer)) {
    if (state->cell == NO_CELL) {
      lexer->mark_end(lexer);
      return state->in_group && end_group(lexer, state);
    }
    memset(state, 0, sizeof *state);
    state->in_group = 1;
    return finish(lexer, state, UNCLOSED, LINE_START);
  }
  switch (state->place) {
    case AFTER_MARKER: return scan_newline(lexer, state);
    case AFTER_TARGET:
      return lexer->lookahead == '%' ? scan_magic(lexer, state) : scan_shell(lexer, state);
    case AFTER_MAGIC_NAME: return scan_rest(lexer, state, ARGUMENTS);
    case AFTER_SHELL_OPERATOR: return scan_rest(lexer, state, SHELL_COMMAND);
    default: return scan_lines(lexer, state);
  }
}

void *tree_sitter_ipynb_external_scanner_create(void) { return calloc(1, sizeof(State)); }

void tree_sitter_ipynb_external_scanner_destroy(void *payload) { free(payload); }

unsigned tree_sitter_ipynb_external_scanner_serialize(void *payload, char *buffer) {
  memcpy(buffer, payload, sizeof(State));
  return sizeof(State);
}

void tree_sitter_ipynb_external_scanner_deserialize(
  void *payload, const char *buffer, unsigned length
) {
  memset(payload, 0, sizeof(State));
  if (length == sizeof(State)) memcpy(payload, buffer, length);
}

bool tree_sitter_ipynb_external_scanner_scan(
  void *payload, TSLexer *lexer, const bool *valid_symbols
) {
  (void)valid_symbols; // what comes next follows from the text alone
  return scan(lexer, payload);
}
