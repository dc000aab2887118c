// A schema as a document. The same schema gives the same bytes.
#include <algorithm>
#include <map>
#include <set>

#include "codegen/codegen.hpp"
#include "codegen/words.hpp"
#include "core/number.hpp"
#include "core/text.hpp"
#include "preview/page.hpp"
#include "preview/text.hpp"
#include "schema/words.hpp"

namespace dataflow::codegen {

namespace {

std::string code(std::string_view text) { return text.empty() ? "" : page::markdown_code(page::shown(text, false)); }
/// On one line: a cell of a table has no more.
std::string prose(std::string_view text) {
  std::string line(trim(text));
  std::replace(line.begin(), line.end(), '\n', ' ');
  return page::markdown_text(page::shown(line, false));
}

template <class Part, class Text> std::string listed(const std::vector<Part>& parts, Text&& text) {
  std::vector<std::string> out;
  for (const Part& part : parts) out.push_back(text(part));
  return join(out, ", ");
}

std::string names(const std::vector<Name>& names) {
  return listed(names, [](const Name& name) { return code(name.text); });
}

std::string parts(const std::vector<KeyPart>& parts) {
  return listed(parts, [](const KeyPart& part) {
    return code(part.column.empty() ? part.expression.text : part.column.text) + (part.descending ? " descending" : "");
  });
}

std::string default_text(const Column& column) {
  if (column.generated) return "generated: " + code(column.generated->expression.text);
  if (column.identity != Identity::none)
    return column.identity == Identity::always ? "identity" : "identity by default";
  if (!column.default_value) return "";
  if (const auto* sql = std::get_if<Sql>(&*column.default_value)) return code(sql->text);
  struct Show {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(std::uint64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return number_text(value); }
    std::string operator()(const std::string& value) const { return "'" + value + "'"; }
  };
  return code(std::visit(Show{}, std::get<Literal>(*column.default_value).value));
}

/// "View", "Materialized view".
std::string capital(std::string kind) {
  if (!kind.empty() && kind[0] >= 'a' && kind[0] <= 'z') kind[0] = static_cast<char>(kind[0] - 'a' + 'A');
  return kind;
}

class Document {
 public:
  Document(const Schema& schema, std::string_view title, const std::vector<Migration>& history)
      : schema_(schema), title_(title), history_(history), tables_(by_path(schema)) {
    for (const Definition& definition : schema.definitions)
      if (!belongs_to_table(definition)) definitions_[definition.kind].push_back(&definition);
    for (auto& [kind, of] : definitions_)
      std::sort(of.begin(), of.end(), [](const Definition* a, const Definition* b) {
        return std::tie(a->schema, a->name, a->on) < std::tie(b->schema, b->name, b->on);
      });
  }

  std::string write() {
    out_ = "# " + prose(title_) + "\n\n" + summary() + "\n\n";
    plan_headings();
    contents();
    diagram();
    for (const Table* table : tables_) write(*table);
    for (const auto& [kind, of] : definitions_) write(kind, of);
    left_out();
    change_log();
    while (out_.ends_with("\n\n")) out_.pop_back();
    return std::move(out_);
  }

 private:
  bool belongs_to_table(const Definition& definition) const {
    return !definition.on.empty() && find_table(schema_, {definition.schema, definition.on}) != nullptr &&
           definition.kind != "function" && definition.kind != "procedure" && definition.kind != "aggregate";
  }

  std::string summary() const {
    std::vector<std::string> out = {count(tables_.size(), "table")};
    for (const auto& [kind, of] : definitions_) out.push_back(count(of.size(), kind));
    return (schema_.dialect.empty() ? "Models" : "A schema of " + schema_.dialect) + ": " + join(out, ", ") + ".";
  }

  // --- headings and what points to them: the anchors that GitHub, GitLab and others make of a heading ---

  static std::string anchor(std::string_view heading) {
    std::string out;
    for (const char c : lower(heading)) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == ' ')
        out += '-';
      else if (c == '-' || c == '_' || byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        out += c;
    }
    return out;
  }
  void plan_heading(const std::string& heading) {
    const std::string wanted = anchor(heading);
    const int before = times_[wanted]++;
    anchors_.emplace(heading, before == 0 ? wanted : wanted + "-" + std::to_string(before));
  }
  static std::string table_heading(const Table& table) {
    return "Table " + page::shown(codegen::shown(table.path()), false);
  }
  /// "Materialized views".
  static std::string kind_heading(const std::string& kind) { return capital(count(2, kind).substr(2)); }

  void plan_headings() {
    plan_heading(page::shown(title_, false));
    plan_heading("Contents");
    plan_heading("Diagram");
    for (const Table* table : tables_) plan_heading(table_heading(*table));
    for (const auto& [kind, of] : definitions_) plan_heading(kind_heading(kind));
    if (!schema_.unmodelled.empty()) plan_heading("Not shown");
    if (!history_.empty()) plan_heading("Change log");
  }
  void heading(const std::string& text) { out_ += "## " + page::markdown_text(text) + "\n\n"; }
  std::string link(const std::string& text, const std::string& heading) const {
    const auto at = anchors_.find(heading);
    return at == anchors_.end() ? text : "[" + text + "](#" + at->second + ")";
  }
  std::string link_to(const Path& path) const {
    const Table* table = find_table(schema_, path);
    const std::string name = prose(codegen::shown(path));
    return table == nullptr ? name : link(name, table_heading(*table));
  }

  void contents() {
    heading("Contents");
    if (!tables_.empty()) out_ += "- " + link("Diagram", "Diagram") + "\n";
    for (const Table* table : tables_)
      out_ += "- Table " + link_to(table->path()) +
              (table->options.comment.empty() ? "" : ": " + prose(table->options.comment)) + "\n";
    for (const auto& [kind, of] : definitions_)
      out_ += "- " + link(prose(kind_heading(kind)), kind_heading(kind)) + " (" + std::to_string(of.size()) + ")\n";
    if (!schema_.unmodelled.empty()) out_ += "- " + link("Not shown", "Not shown") + "\n";
    if (!history_.empty()) out_ += "- " + link("Change log", "Change log") + "\n";
    out_ += '\n';
  }

  void diagram() {
    if (tables_.empty()) return;
    heading("Diagram");
    out_ += "```mermaid\n" + mermaid(schema_) + "```\n\n";
  }

  // --- tables ---

  std::string key_text(const Table& table, const Column& column) const {
    std::vector<std::string> out;
    if (in_primary_key(table, column.name)) out.emplace_back("primary");
    for (const ForeignKey& key : table.foreign_keys)
      if (std::find(key.columns.begin(), key.columns.end(), column.name) != key.columns.end())
        out.push_back("to " + link_to(key.references));
    if (alone_unique(table, column.name)) out.emplace_back("unique");
    return join(out, ", ");
  }

  void write(const Table& table) {
    heading(table_heading(table));
    if (!table.options.comment.empty()) out_ += prose(table.options.comment) + "\n\n";
    out_ += "| Column | Type | Null | Default | Key | Comment |\n| --- | --- | --- | --- | --- | --- |\n";
    for (const Column& column : table.columns)
      out_ += "| " + code(column.name.text) + " | " + code(type_text(column.type)) + " | " +
              (column.nullable ? "yes" : "no") + " | " + default_text(column) + " | " + key_text(table, column) +
              " | " + prose(column.comment) + " |\n";
    out_ += '\n';
    write_keys(table);
    write_references(table);
    write_options(table);
    for (const Definition& definition : schema_.definitions)
      if (belongs_to_table(definition) && definition.on == table.name && definition.schema == table.schema)
        write(definition);
  }

  void list(const std::string& title, const std::vector<std::string>& items) {
    if (items.empty()) return;
    out_ += "**" + title + "**\n\n";
    for (const std::string& item : items) out_ += "- " + item + "\n";
    out_ += '\n';
  }
  static std::string named(const Name& name) { return name.empty() ? "" : code(name.text) + ": "; }

  void write_keys(const Table& table) {
    std::vector<std::string> keys, indexes, checks;
    if (table.primary_key)
      keys.push_back(named(table.primary_key->name) + "primary key on " + parts(table.primary_key->parts));
    for (const Unique& unique : table.uniques) keys.push_back(named(unique.name) + "unique on " + parts(unique.parts));
    for (const Index& index : table.indexes)
      indexes.push_back(named(index.name) + (index.unique ? "unique on " : "on ") + parts(index.parts) +
                        (index.where.empty() ? "" : " where " + code(index.where.text)));
    for (const Check& check : table.checks) checks.push_back(named(check.name) + code(check.expression.text));
    list("Keys", keys);
    list("Indexes", indexes);
    list("Checks", checks);
  }

  static std::string actions(const ForeignKey& key) {
    std::string out;
    if (key.on_delete != Action::no_action) out += ", on delete " + std::string(word(key.on_delete));
    if (key.on_update != Action::no_action) out += ", on update " + std::string(word(key.on_update));
    if (key.deferrable) out += key.initially_deferred ? ", checked at commit" : ", deferrable";
    return out;
  }

  void write_references(const Table& table) {
    std::vector<std::string> out, in;
    for (const ForeignKey& key : table.foreign_keys)
      out.push_back(named(key.name) + names(key.columns) + " to " + link_to(key.references) +
                    (key.referenced.empty() ? "" : " (" + names(key.referenced) + ")") + actions(key));
    for (const Table* other : tables_)
      for (const ForeignKey& key : other->foreign_keys)
        if (key.references == table.path())
          in.push_back(link_to(other->path()) + " by " + names(key.columns) + actions(key));
    list("Refers to", out);
    list("Referred to by", in);
  }

  void write_options(const Table& table) {
    std::vector<std::string> out;
    for (const auto& [key, value] : table.options.attributes)
      out.push_back(prose(key) + (value.empty() ? "" : ": " + code(value)));
    list("Properties", out);
  }

  // --- everything else ---

  void write(const std::string& kind, const std::vector<const Definition*>& of) {
    heading(kind_heading(kind));
    for (const Definition* definition : of) write(*definition);
  }

  void write(const Definition& definition) {
    std::string name = code(codegen::shown({definition.schema, definition.name}));
    if (!belongs_to_table(definition) && !definition.on.empty()) name += " (" + code(definition.on.text) + ")";
    out_ += "**" + capital(definition.kind) + "** " + name + "\n\n";
    if (const auto at = definition.attributes.find("comment"); at != definition.attributes.end())
      out_ += prose(at->second) + "\n\n";
    if (definition.kind == "enum") {
      out_ += "Labels: " + listed(definition.parts, [](const Part& part) { return code(part.name.text); }) + "\n\n";
      return;
    }
    std::string text, fence = "```";
    for (const std::string& line : page::sql_lines(definition.text.text, false)) text += line + '\n';
    while (text.find(fence) != std::string::npos) fence += '`';
    out_ += fence + "sql\n" + text + fence + "\n\n";
  }

  void left_out() {
    if (schema_.unmodelled.empty()) return;
    heading("Not shown");
    for (const Unmodelled& object : schema_.unmodelled)
      out_ += "- " + prose(object.kind) + " " + code(codegen::shown(object.path)) + ": " + prose(object.reason) + "\n";
    out_ += '\n';
  }

  void change_log() {
    if (history_.empty()) return;
    heading("Change log");
    out_ += "| Applied | Version | What | Risk | State | By |\n| --- | --- | --- | --- | --- | --- |\n";
    for (const Migration& m : history_)
      out_ += "| " + prose(m.applied_at) + " | " + code(m.version) + " | " + prose(m.description) + " | " +
              std::string(to_string(m.safety_level)) + " | " + prose(std::string(to_string(m.status))) + " | " +
              prose(m.applied_by) + " |\n";
    out_ += '\n';
  }

  const Schema& schema_;
  std::string_view title_;
  const std::vector<Migration>& history_;
  std::vector<const Table*> tables_;
  std::map<std::string, std::vector<const Definition*>> definitions_;
  std::map<std::string, std::string> anchors_;
  std::map<std::string, int> times_;
  std::string out_;
};

}  // namespace

std::string title_of(std::string_view url) {
  url = url.substr(0, url.find('?'));
  url.remove_prefix(url.find_last_of("/:") + 1);  // from the start where there is none
  return url.find('@') == std::string_view::npos ? std::string(url) : "";
}

std::string markdown(const Schema& schema, std::string_view title, const std::vector<Migration>& history) {
  return Document(schema, title, history).write();
}

}  // namespace dataflow::codegen
