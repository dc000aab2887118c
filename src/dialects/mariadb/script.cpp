#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/first_words.hpp"
#include "dialects/mariadb/bodies.hpp"
#include "dialects/mariadb/errors.hpp"
#include "dialects/mariadb/lexer.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/native.hpp"
#include "dialects/waiting.hpp"

namespace dataflow::mariadb {

namespace {

/// A statement and where it stands in the script.
struct Piece {
  std::size_t begin, end, line;
  bool plain;  ///< a semicolon ends it, not what DELIMITER said
};

/// One walk over a script by the rules of the client program: quotes, comments, DELIMITER.
class Splitter {
 public:
  explicit Splitter(std::string_view sql) : sql_(sql) {
    if (sql_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  std::vector<Piece> split() {
    while (at_ < sql_.size()) step();
    finish(sql_.size());
    return std::move(out_);
  }

 private:
  void step() {
    if (begins_line() && command()) return;
    if (sql_.substr(at_).starts_with(delimiter_)) {
      finish(at_);
      return advance(delimiter_.size());
    }
    if (sql_[at_] == '\\' && at_ + 1 < sql_.size() && (sql_[at_ + 1] == 'g' || sql_[at_ + 1] == 'G')) {
      finish(at_);
      return advance(2);
    }
    Lexeme token = token_at(sql_, at_);
    if (token.kind == LexemeKind::word)  // END$$
      token.text = token.text.substr(0, token.text.find(delimiter_));
    if (!open_ && token.kind != LexemeKind::space && token.kind != LexemeKind::comment) {
      open_ = true;
      begin_ = at_;
      begin_line_ = line_;
    }
    advance(std::max<std::size_t>(token.text.size(), 1));
  }

  bool begins_line() const {
    std::size_t from = at_;
    while (from > 0 && (sql_[from - 1] == ' ' || sql_[from - 1] == '\t')) --from;
    return from == 0 || sql_[from - 1] == '\n';
  }

  /// What the client program itself obeys: DELIMITER, and source or \. at the beginning of a statement.
  bool command() {
    const std::size_t end = std::min(sql_.find('\n', at_), sql_.size());
    const std::string_view line = trim(sql_.substr(at_, end - at_));
    const std::string word = lower(line.substr(0, line.find_first_of(" \t")));
    const std::string_view rest = trim(line.substr(std::min(word.size(), line.size())));
    if (word == "delimiter" && !rest.empty()) {
      finish(at_);
      delimiter_ = rest.substr(0, rest.find_first_of(" \t"));
    } else if (open_ || (word != "source" && !word.starts_with("\\"))) {
      return false;
    }
    advance(end - at_);
    return true;
  }

  void finish(std::size_t end) {
    if (open_) out_.push_back({begin_, end, begin_line_, delimiter_ == ";"});
    open_ = false;
  }

  void advance(std::size_t n) {
    line_ += static_cast<std::size_t>(std::count(sql_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                 sql_.begin() + static_cast<std::ptrdiff_t>(at_ + n), '\n'));
    at_ += n;
  }

  std::string_view sql_;
  std::string delimiter_ = ";";
  std::size_t at_ = 0, line_ = 1, begin_ = 0, begin_line_ = 1;
  bool open_ = false;
  std::vector<Piece> out_;
};

enum class Treatment : std::uint8_t { run, skip, database, refuse };

struct Rule {
  std::string_view words;
  Treatment treatment;
};
/// By how a statement begins; the first that fits. What is not listed has no place in a file that describes a schema.
constexpr Rule rules[] = {
    {"SET PASSWORD", Treatment::skip},
    {"SET ROLE", Treatment::skip},
    {"SET DEFAULT ROLE", Treatment::skip},
    {"SET GLOBAL", Treatment::skip},
    {"SET PERSIST", Treatment::skip},
    {"SET PERSIST_ONLY", Treatment::skip},
    {"SET STATEMENT", Treatment::refuse},
    {"SET RESOURCE", Treatment::skip},
    {"SET", Treatment::run},
    {"RENAME TABLE", Treatment::run},
    {"RENAME TABLES", Treatment::run},
    {"RENAME", Treatment::skip},
    {"USE", Treatment::database},
    {"BEGIN NOT", Treatment::refuse},
    {"BEGIN", Treatment::skip},
    {"START", Treatment::skip},
    {"COMMIT", Treatment::skip},
    {"ROLLBACK", Treatment::skip},
    {"SAVEPOINT", Treatment::skip},
    {"RELEASE", Treatment::skip},
    {"XA", Treatment::skip},
    {"GRANT", Treatment::skip},
    {"REVOKE", Treatment::skip},
    {"LOCK", Treatment::skip},
    {"UNLOCK", Treatment::skip},
    {"FLUSH", Treatment::skip},
    {"BACKUP", Treatment::skip},
    {"KILL", Treatment::skip},
    {"SHUTDOWN", Treatment::skip},
    {"RESTART", Treatment::skip},
    {"CHANGE", Treatment::skip},
    {"STOP", Treatment::skip},
    {"RESET", Treatment::skip},
    {"PURGE", Treatment::skip},
    {"INSTALL", Treatment::skip},
    {"UNINSTALL", Treatment::skip},
    {"LOAD", Treatment::skip},
    {"IMPORT", Treatment::skip},
    {"INSERT", Treatment::skip},
    {"REPLACE", Treatment::skip},
    {"UPDATE", Treatment::skip},
    {"DELETE", Treatment::skip},
    {"TRUNCATE", Treatment::skip},
    {"SELECT", Treatment::skip},
    {"CALL", Treatment::skip},
    {"DO", Treatment::skip},
    {"WITH", Treatment::skip},
    {"VALUES", Treatment::skip},
    {"TABLE", Treatment::skip},
    {"HANDLER", Treatment::skip},
    {"SHOW", Treatment::skip},
    {"DESCRIBE", Treatment::skip},
    {"DESC", Treatment::skip},
    {"EXPLAIN", Treatment::skip},
    {"HELP", Treatment::skip},
    {"ANALYZE", Treatment::skip},
    {"OPTIMIZE", Treatment::skip},
    {"CHECK", Treatment::skip},
    {"REPAIR", Treatment::skip},
    {"CHECKSUM", Treatment::skip},
    {"CACHE", Treatment::skip},
    {"BINLOG", Treatment::skip},
    {"CLONE", Treatment::skip},
};

constexpr std::string_view ours[] = {"TABLE",     "TABLES", "VIEW",     "INDEX",    "TRIGGER",
                                     "PROCEDURE", "EVENT",  "FUNCTION", "SEQUENCE", "PACKAGE"};
constexpr std::string_view of_the_server[] = {"USER", "ROLE",     "SERVER",  "TABLESPACE", "LOGFILE",
                                              "UNDO", "RESOURCE", "PREPARE", "INSTANCE",   "REFERENCE"};

/// A statement taken apart: how it begins, what kind of thing it is about, and where its name stands.
class Anatomy {
 public:
  explicit Anatomy(std::string_view sql) : tokens_(significant(sql)) {
    if (verb() != "CREATE" && verb() != "ALTER" && verb() != "DROP" && verb() != "RENAME") return;
    for (noun_at_ = 1; noun_at_ < tokens_.size(); ++noun_at_) {
      const std::string word = word_at(noun_at_);
      if (among(ours, word) || among(of_the_server, word) || word == "DATABASE" || word == "SCHEMA") {
        noun_ = word;
        return;
      }
    }
  }

  std::string verb() const { return word_at(0); }
  const std::string& noun() const { return noun_; }

  Treatment treatment() const {
    if (tokens_.empty() || tokens_[0].text == "(") return Treatment::skip;
    if (noun_ == "DATABASE" || noun_ == "SCHEMA") return Treatment::database;
    if (among(of_the_server, noun_) || (verb() == "CREATE" && noun_ == "FUNCTION" && has_word("SONAME")))
      return Treatment::skip;
    if (verb() == "CREATE" || verb() == "ALTER" || verb() == "DROP") return Treatment::run;
    if (verb() == "SET" && sets_the_server()) return Treatment::skip;
    const Rule* rule = rule_for(rules, beginning(tokens_));
    return rule == nullptr ? Treatment::refuse : rule->treatment;
  }

  /// Bodies hold semicolons.
  bool may_have_body() const {
    return verb() == "CREATE" && (noun_ == "PROCEDURE" || noun_ == "FUNCTION" || noun_ == "TRIGGER" ||
                                  noun_ == "EVENT" || noun_ == "PACKAGE");
  }

  /// The name that USE or CREATE DATABASE gives.
  std::string database() const {
    std::size_t at = noun_.empty() ? 1 : noun_at_ + 1;
    pass_condition(at);
    return at < tokens_.size() ? name_of(tokens_[at]) : std::string();
  }

  /// Databases in which the statement makes, changes or drops something, where it names any.
  std::vector<std::string> databases() const {
    std::vector<std::string> out;
    if (noun_.empty()) return out;
    std::size_t at = noun_at_ + 1;
    if (verb() == "RENAME") {
      for (; at < tokens_.size(); ++at) note_qualifier(at, out);
      return out;
    }
    if (noun_ == "PACKAGE" && word_at(at) == "BODY") ++at;
    pass_condition(at);
    do {
      note_qualifier(at, out);
    } while (verb() == "DROP" && pass_comma(at));
    for (; at < tokens_.size(); ++at) {
      const std::string word = word_at(at);
      const bool on = word == "ON" && (noun_ == "INDEX" || noun_ == "TRIGGER");
      const bool other = word == "TABLE" && word_at(at - 1) == "WITH";
      const bool rename = word == "RENAME" && verb() == "ALTER";
      if (!on && !other && !rename) continue;
      std::size_t name = at + 1;
      if (rename && (word_at(name) == "TO" || word_at(name) == "AS")) ++name;
      note_qualifier(name, out);
      if (on) break;  // what follows is the body of a trigger
    }
    return out;
  }

  /// What CREATE makes.
  std::string name() const {
    std::size_t at = noun_at_ + 1;
    if (noun_.empty() || verb() != "CREATE") return {};
    pass_condition(at);
    std::string out;
    for (; at < tokens_.size(); at += 2) {
      out = name_of(tokens_[at]);
      if (at + 1 >= tokens_.size() || tokens_[at + 1].text != ".") break;
    }
    return out;
  }

 private:
  std::string word_at(std::size_t at) const {
    return at < tokens_.size() && tokens_[at].kind == LexemeKind::word ? upper(tokens_[at].text) : std::string();
  }
  bool has_word(std::string_view word) const {
    for (std::size_t at = 0; at < tokens_.size(); ++at)
      if (word_at(at) == word) return true;
    return false;
  }
  bool is_name(std::size_t at) const {
    return at < tokens_.size() && (tokens_[at].kind == LexemeKind::word || tokens_[at].kind == LexemeKind::quoted_name);
  }
  void pass_condition(std::size_t& at) const {
    while (word_at(at) == "IF" || word_at(at) == "NOT" || word_at(at) == "EXISTS") ++at;
  }
  bool pass_comma(std::size_t& at) const {
    while (at < tokens_.size() && tokens_[at].text != ",") ++at;
    return ++at < tokens_.size();
  }
  void note_qualifier(std::size_t at, std::vector<std::string>& out) const {
    if (is_name(at) && at + 2 < tokens_.size() && tokens_[at + 1].text == "." && is_name(at + 2) &&
        tokens_[at - 1].text != ".")
      out.push_back(name_of(tokens_[at]));
  }
  /// SET x = 1, GLOBAL y = 2, @@GLOBAL.z = 3; and what only an administrator may set for itself.
  bool sets_the_server() const {
    for (std::size_t at = 1; at < tokens_.size(); ++at) {
      const std::string word = word_at(at);
      if (word == "SQL_LOG_BIN" || word == "GTID_PURGED") return true;
      const bool begins = tokens_[at - 1].text == "," || tokens_[at - 1].text == "@";
      if (begins && (word == "GLOBAL" || word == "PERSIST" || word == "PERSIST_ONLY") && is_assigned(at)) return true;
    }
    return false;
  }
  /// @@GLOBAL.x = …, not … = @@GLOBAL.x
  bool is_assigned(std::size_t at) const {
    while (at > 1 && tokens_[at - 1].text == "@") --at;
    return tokens_[at - 1].text == "," || word_at(at - 1) == "SET";
  }

  std::vector<Lexeme> tokens_;
  std::size_t noun_at_ = 0;
  std::string noun_;
};

/// The client program sends all that stands before a mark of DELIMITER's at once, and the server takes it one by one:
/// what comes in front of the statement with the body is a statement of its own.
std::vector<Piece> pieces_of(std::string_view sql) {
  constexpr std::string_view simple[] = {"DROP", "ALTER", "CREATE", "SET", "INSERT", "UPDATE", "DELETE", "CALL"};
  std::vector<Piece> out;
  for (Piece piece : Splitter(sql).split()) {
    for (std::size_t at = piece.begin; !piece.plain && at < piece.end;) {
      const Lexeme token = token_at(sql, at);
      at += std::max<std::size_t>(token.text.size(), 1);
      if (token.text != ";") continue;
      const std::string_view front = sql.substr(piece.begin, at - 1 - piece.begin);
      const Anatomy anatomy(front);
      if (anatomy.may_have_body() || anatomy.noun() == "EVENT" || !among(simple, anatomy.verb())) break;
      const std::size_t next = at + sql.substr(at, piece.end - at).find_first_not_of(" \t\r\n");
      if (next < at || next >= piece.end) break;
      out.push_back({piece.begin, at - 1, piece.line, true});
      const std::string_view passed = sql.substr(piece.begin, next - piece.begin);
      piece.line += static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n'));
      piece.begin = at = next;
    }
    out.push_back(piece);
  }
  return out;
}

/// A statement as the client program sends it: without the backslash that ends a line of code.
std::string text_of(std::string_view sql) {
  std::string out;
  for (std::size_t at = 0; at < sql.size();) {
    const std::string_view token = sql.substr(at, std::max<std::size_t>(token_at(sql, at).text.size(), 1));
    at += token.size();
    const std::string_view rest = sql.substr(at);
    if (token != "\\" || !(rest.starts_with('\n') || rest.starts_with("\r\n"))) out += token;
  }
  return std::string(trim(out));
}

class Reader;

/// A statement that failed where it stood among several files.
struct Waiting {
  Reader* reader;
  std::vector<Piece> pieces;
};

class Reader {
 public:
  Reader(Scratch& scratch, const SqlText& file, OpenTimes& open_times)
      : server_(scratch.connection()), sql_(file.sql), origin_(file.origin), open_times_(open_times) {}

  /// With `waiting`, statements that fail go there.
  void read(std::vector<Waiting>* waiting) {
    const std::vector<Piece> pieces = pieces_of(sql_);
    const Row own = server_.query("SELECT @@SESSION.sql_mode, @@SESSION.default_storage_engine").at(0);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const std::size_t first = i;
      try {
        take(pieces, i);
      } catch (const Error& e) {
        if (waiting == nullptr || e.code != ErrorCode::bad_document) throw;
        const auto at = [&](std::size_t n) { return pieces.begin() + static_cast<std::ptrdiff_t>(n); };
        waiting->push_back({this, {at(first), at(i + 1)}});
      }
    }
    native(server_).settle();
    server_.run("SET SESSION foreign_key_checks = 0, SESSION sql_mode = ?, SESSION default_storage_engine = ?", own);
  }

  void again(const Waiting& w) {
    std::size_t at = 0;
    take(w.pieces, at);
  }

 private:
  /// The server judges where a statement ends: one that holds another's semicolons is not complete before its END.
  /// `i` is left at its last piece.
  void take(const std::vector<Piece>& pieces, std::size_t& i) {
    const std::size_t first = i;
    for (std::size_t last = first;; ++last) {
      i = last;
      const std::string text = text_of(sql_.substr(pieces[first].begin, pieces[last].end - pieces[first].begin));
      try {
        return take(text);
      } catch (const Error& e) {
        if (e.code != ErrorCode::sql && e.code != ErrorCode::permission && e.code != ErrorCode::bad_document &&
            e.code != ErrorCode::not_found)
          throw;
        if (last == first) first_error_.emplace(e);
        if (!wants_more(e) || last + 1 == pieces.size() || !pieces[last].plain || !Anatomy(text).may_have_body())
          fail(pieces[first], is_incomplete(e) ? *first_error_ : e);
      }
    }
  }

  static bool is_incomplete(const Error& e) {
    return std::string_view(e.what()).find("near '' at line") != std::string::npos;
  }
  static bool wants_more(const Error& e) { return e.sqlstate == "42000" && is_incomplete(e); }

  void take(const std::string& text) {
    const Anatomy anatomy(text);
    switch (anatomy.treatment()) {
      case Treatment::skip: return;
      case Treatment::database:
        if (anatomy.verb() == "USE" || anatomy.verb() == "CREATE") described_.insert(anatomy.database());
        return;
      case Treatment::refuse:
        throw Error(ErrorCode::bad_document, "this statement has no place in a file that describes a schema");
      case Treatment::run: break;
    }
    const std::string own =
        described_.empty() ? text : without_database(text, anatomy.noun() != "TABLE" && anatomy.noun() != "INDEX");
    for (const std::string& database : Anatomy(own).databases())
      throw Error(ErrorCode::bad_document, "it changes something in another database: " + quote(database),
                  "leave the name of the database out, or say USE " + quote(database) + " first");
    server_.run(own);
    open_times_.note(own);
    if (const std::string name = anatomy.name(); described_.contains(name)) homonyms_.insert(name);
  }

  /// Names in front of which the database stands that the file describes, without it.
  std::string without_database(std::string_view sql, bool has_queries) const {
    std::string out;
    for (std::size_t at = 0; at < sql.size();) {
      const Lexeme token = token_at(sql, at);
      at += token.text.size();
      if (token.kind == LexemeKind::executable) {
        const std::string_view inner = inside(token.text);
        const std::size_t before = inner.empty() ? token.text.size() : token.text.find(inner);
        out += token.text.substr(0, before);
        out += without_database(inner, has_queries);
        if (!inner.empty()) out += token.text.substr(before + inner.size());
      } else if (const std::size_t name = behind_dot(sql, at); names_database(token, sql, name, has_queries)) {
        at = name;
      } else {
        out += token.text;
      }
    }
    return out;
  }

  /// In queries of a file where a table is called as the database is, only three names in a row begin with the
  /// database.
  bool names_database(const Lexeme& token, std::string_view sql, std::size_t name, bool has_queries) const {
    if (token.kind != LexemeKind::word && token.kind != LexemeKind::quoted_name) return false;
    if (name == std::string::npos || !described_.contains(name_of(token))) return false;
    return !has_queries || !homonyms_.contains(name_of(token)) ||
           behind_dot(sql, name + token_at(sql, name).text.size()) != std::string::npos;
  }

  static std::size_t behind_dot(std::string_view sql, std::size_t at) {
    const auto pass_space = [&] {
      while (at < sql.size() && token_at(sql, at).kind == LexemeKind::space) at += token_at(sql, at).text.size();
    };
    pass_space();
    if (at >= sql.size() || sql[at] != '.') return std::string::npos;
    ++at;
    pass_space();
    return at < sql.size() ? at : std::string::npos;
  }

  [[noreturn]] void fail(const Piece& piece, const Error& cause) const {
    std::string hint = cause.hint;
    if (cause.code == ErrorCode::permission && upper(cause.statement).find("DEFINER") != std::string::npos)
      hint = "leave DEFINER out of the file, or grant SET USER";
    Error error(ErrorCode::bad_document, origin_ + ':' + std::to_string(piece.line) + ": " + cause.what(), hint);
    error.dialect = "mariadb";
    error.sqlstate = cause.sqlstate;
    error.statement = cause.statement.substr(0, 300);
    throw error;
  }

  Server& server_;
  std::string_view sql_;
  std::string origin_;
  std::optional<Error> first_error_;
  OpenTimes& open_times_;
  std::set<std::string> described_;  ///< what USE and CREATE DATABASE have named
  std::set<std::string> homonyms_;   ///< tables that are called as one of them
};

}  // namespace

std::vector<ScriptStatement> split_script(std::string_view sql) {
  std::vector<ScriptStatement> out;
  const std::vector<Piece> pieces = pieces_of(sql);
  for (std::size_t first = 0, last = 0; first < pieces.size(); first = ++last) {
    const auto text = [&] { return text_of(sql.substr(pieces[first].begin, pieces[last].end - pieces[first].begin)); };
    std::string so_far = text();
    while (last + 1 < pieces.size() && pieces[last].plain && waits_for_end(so_far)) ++last, so_far = text();
    out.push_back({std::move(so_far), pieces[first].line});
  }
  return out;
}

OpenTimes run_scripts(Scratch& scratch, std::span<const SqlText> files) {
  OpenTimes open_times;
  std::deque<Reader> readers;
  std::vector<Waiting> waiting;
  for (const SqlText& file : files)
    readers.emplace_back(scratch, file, open_times).read(files.size() > 1 ? &waiting : nullptr);
  run_waiting(
      std::move(waiting), [](const Waiting& w) { w.reader->again(w); },
      [](const Error& e) { return e.sqlstate.starts_with("42S0") || e.sqlstate == "42000"; });
  return open_times;
}

}  // namespace dataflow::mariadb
