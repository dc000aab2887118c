// A table as statements: what stands in CREATE TABLE, and what can only be said afterwards.
#include <algorithm>

#include "core/text.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

bool has(const Attributes& attributes, const char* key) { return value_of(attributes, key) != nullptr; }
/// " KEYWORD value" where the attribute is set.
std::string clause(const Attributes& attributes, const char* key, const std::string& before,
                   const std::string& after = "") {
  const std::string* value = value_of(attributes, key);
  return value == nullptr ? "" : before + *value + after;
}
std::string quoted_clause(const Attributes& attributes, const char* key, const std::string& before) {
  const std::string* value = value_of(attributes, key);
  return value == nullptr ? "" : before + quote(*value);
}

bool foreign(const Table& table) { return has(table.options.attributes, "foreign server"); }
std::string word(const Table& table) { return foreign(table) ? "FOREIGN TABLE" : "TABLE"; }

Attributes with_comment(Attributes attributes, const std::string& comment) {
  if (!comment.empty()) attributes["comment"] = comment;
  return attributes;
}

/// Whether CREATE TABLE can make a constraint what it is: a check that comes with the table counts as valid there.
bool needs_alter(const Attributes& attributes) { return has(attributes, "not valid"); }

/// An index stands only on a partitioned table itself while some of its partitions are without.
template <class Part> bool on_parent_alone(const Part& part) { return has(part.attributes, "only"); }

const Column* inherited_column(const Table& table, const Name& column, const Schema* around) {
  if (around == nullptr) return nullptr;
  for (const Path& path : read_paths(clause(table.options.attributes, "inherits", ""))) {
    const Table* parent = find_table(*around, path);
    const Column* found = parent == nullptr ? nullptr : find_column(*parent, column);
    if (found != nullptr) return found;
  }
  return nullptr;
}

class TableWriter {
 public:
  TableWriter(const Table& table, const Schema* around, const Postponed& postponed)
      : table_(table),
        attributes_(table.options.attributes),
        around_(around),
        postponed_(postponed),
        name_(quote(table.path())) {
    const auto inherited = [](const auto& part) { return has(part.attributes, "inherited"); };
    // Only where every part is the table's own can it be told of its parents afterwards: then its columns keep their
    // order. A partition is always attached afterwards: there nothing counts as its own anyway.
    parents_at_once_ =
        has(attributes_, "inherits") && (std::any_of(table.columns.begin(), table.columns.end(), inherited) ||
                                         std::any_of(table.checks.begin(), table.checks.end(), inherited));
  }

  std::vector<std::string> write() {
    create();
    inherited_columns();
    later_checks();
    for (const Column& column : table_.columns) add(column_settings(column, table_.path()));
    for (const Index& index : table_.indexes)
      if (!on_parent_alone(index) && !postponed("index ", index.name)) add(index_statements(index, table_));
    parents_afterwards();
    constraint_settings();
    switches();
    add(alter_attributes(word(table_) + " " + name_, {}, with_comment(attributes_, table_.options.comment)));
    return std::move(out_);
  }

  static std::vector<std::string> of_parent_alone(const Table& table) {
    std::vector<std::string> out;
    const auto add_key = [&](const auto& key, const std::string& clause) {
      if (!on_parent_alone(key)) return;
      out.push_back("ALTER TABLE ONLY " + quote(table.path()) + " ADD " + clause);
      settle(key, table, out);
    };
    if (table.primary_key) add_key(*table.primary_key, primary_key_clause(*table.primary_key));
    for (const Unique& unique : table.uniques) add_key(unique, unique_clause(unique));
    for (const Index& index : table.indexes)
      if (on_parent_alone(index))
        for (std::string& statement : index_statements(index, table)) out.push_back(std::move(statement));
    return out;
  }

  static std::vector<std::string> index_statements(const Index& index, const Table& table) {
    std::vector<std::string> out{create_index(index, table.path())};
    if (index.name.empty()) return out;
    const std::string name = quote(Path{table.schema, index.name});
    for (std::string& statement : index_statistics(index.attributes, name)) out.push_back(std::move(statement));
    marks(index.name, index.attributes, table, out);
    if (const auto* comment = value_of(index.attributes, "comment"))
      out.push_back(comment_on("INDEX " + name, *comment));
    return out;
  }

 private:
  void say(std::string statement) { out_.push_back(std::move(statement)); }
  void add(std::vector<std::string> statements) {
    for (std::string& statement : statements) say(std::move(statement));
  }
  std::string alter() const { return "ALTER " + word(table_) + " ONLY " + name_; }
  bool postponed(const std::string& kind, const Name& part) const { return postponed_.contains(kind + part.text); }
  bool partition() const { return has(attributes_, "partition of"); }
  bool typed() const { return has(attributes_, "of type"); }

  /// Comes with a parent, and is not said again.
  bool brought(const Attributes& part) const { return parents_at_once_ && has(part, "inherited"); }

  std::string column_line(Column column) const {
    // The identity of a partition's column is its parent's.
    if (partition() && has(column.attributes, "inherited")) column.identity = Identity::none;
    if (postponed("column ", column.name)) column.default_value.reset();
    if (!typed()) return column_definition(column);
    const std::string options = column_options(column);
    return options.empty() ? options : quote(column.name.text) + " WITH OPTIONS" + options;
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const Column& column : table_.columns)
      if (!brought(column.attributes)) out.push_back(column_line(column));
    std::erase(out, std::string());
    if (table_.primary_key && !on_parent_alone(*table_.primary_key))
      out.push_back(primary_key_clause(*table_.primary_key));
    for (const Unique& unique : table_.uniques)
      if (!on_parent_alone(unique)) out.push_back(unique_clause(unique));
    for (const Check& check : table_.checks)
      if (!brought(check.attributes) && !needs_alter(check.attributes) && !postponed("check ", check.name))
        out.push_back(check_clause(check));
    return out;
  }

  void create() {
    std::string sql = "CREATE ";
    if (const auto* persistence = value_of(attributes_, "persistence")) sql += upper(*persistence) + " ";
    sql += word(table_) + " " + name_ + clause(attributes_, "of type", " OF ");
    const std::vector<std::string> all = lines();
    if (!all.empty())
      sql += " (\n  " + join(all, ",\n  ") + "\n)";
    else if (!typed())
      sql += " ()";
    if (parents_at_once_) sql += clause(attributes_, "inherits", " INHERITS (", ")");
    sql += quoted_clause(attributes_, "foreign server", " SERVER ");
    sql += clause(attributes_, "foreign options", " OPTIONS (", ")");
    sql += clause(attributes_, "partition by", " PARTITION BY ");
    sql += quoted_clause(attributes_, "access method", " USING ");
    sql += clause(attributes_, "with", " WITH (", ")");
    sql += quoted_clause(attributes_, "tablespace", " TABLESPACE ");
    say(std::move(sql));
  }

  /// What a table changed of the columns its parents bring.
  void inherited_columns() {
    for (const Column& column : table_.columns) {
      const bool shared = brought(column.attributes) || (parents_at_once_ && has(column.attributes, "merged"));
      if (!shared || column.generated || column.identity != Identity::none) continue;
      const Column* parent = inherited_column(table_, column.name, around_);
      const std::string alter_column = alter() + " ALTER COLUMN " + quote(column.name.text);
      if (!column.default_value && (parent == nullptr || (parent->default_value && !parent->generated)))
        say(alter_column + " DROP DEFAULT");
      if (!brought(column.attributes)) continue;
      if (column.default_value && (parent == nullptr || parent->default_value != column.default_value))
        say(alter_column + " SET DEFAULT " + default_text(column));
      if (!column.nullable && (parent == nullptr || parent->nullable)) say(alter_column + " SET NOT NULL");
    }
  }

  void later_checks() {
    for (const Check& check : table_.checks)
      if (needs_alter(check.attributes) && !brought(check.attributes) && !postponed("check ", check.name))
        say("ALTER " + word(table_) + " " + name_ + " ADD " + check_clause(check));
  }

  void parents_afterwards() {
    if (!parents_at_once_)
      for (const std::string& parent : split_list(clause(attributes_, "inherits", "")))
        say("ALTER " + word(table_) + " " + name_ + " INHERIT " + parent);
    if (partition())
      say("ALTER TABLE ONLY " + clause(attributes_, "partition of", "") + " ATTACH PARTITION " + name_ +
          clause(attributes_, "bound", " "));
  }

  /// Which index rows are ordered or told apart by.
  static void marks(const Name& index, const Attributes& attributes, const Table& table,
                    std::vector<std::string>& out) {
    const std::string alter = "ALTER TABLE ONLY " + quote(table.path());
    if (has(attributes, "clustered"))
      out.push_back("ALTER TABLE " + quote(table.path()) + " CLUSTER ON " + quote(index.text));
    if (has(attributes, "replica identity"))
      out.push_back(alter + " REPLICA IDENTITY USING INDEX " + quote(index.text));
  }

  template <class Constraint>
  static void settle(const Constraint& constraint, const Table& table, std::vector<std::string>& out) {
    if (constraint.name.empty()) return;
    marks(constraint.name, constraint.attributes, table, out);
    if (const auto* comment = value_of(constraint.attributes, "comment"))
      out.push_back(comment_on("CONSTRAINT " + quote(constraint.name.text) + " ON " + quote(table.path()), *comment));
  }

  void constraint_settings() {
    const auto settle = [&](const auto& constraint) { TableWriter::settle(constraint, table_, out_); };
    if (table_.primary_key && !on_parent_alone(*table_.primary_key)) settle(*table_.primary_key);
    for (const Unique& unique : table_.uniques)
      if (!on_parent_alone(unique)) settle(unique);
    for (const Check& check : table_.checks)
      if (!postponed("check ", check.name)) settle(check);
  }

  void switches() {
    if (const auto* identity = value_of(attributes_, "replica identity"); identity != nullptr) {
      constexpr std::string_view index = "index ";
      if (!identity->starts_with(index))
        say(alter() + " REPLICA IDENTITY " + upper(*identity));
      else if (!marked_by_index(identity->substr(index.size())))
        say(alter() + " REPLICA IDENTITY USING INDEX " + quote(identity->substr(index.size())));
    }
    if (const auto* security = value_of(attributes_, "row security"))
      for (const std::string& state : split_list(*security))
        say("ALTER TABLE " + name_ + (state == "forced" ? " FORCE" : " ENABLE") + " ROW LEVEL SECURITY");
  }

  /// The index itself has said that rows are told apart by it.
  bool marked_by_index(const std::string& name) const {
    const auto marks = [&](const auto& part) {
      return part.name.text == name && has(part.attributes, "replica identity");
    };
    return (table_.primary_key && marks(*table_.primary_key)) ||
           std::any_of(table_.uniques.begin(), table_.uniques.end(), marks) ||
           std::any_of(table_.indexes.begin(), table_.indexes.end(), marks);
  }

  const Table& table_;
  const Attributes& attributes_;
  const Schema* around_;
  const Postponed& postponed_;
  const std::string name_;
  bool parents_at_once_ = false;
  std::vector<std::string> out_;
};

/// Whether an index, of a key or not, stands on a partitioned table while some of its partitions are without.
bool stands_alone(const Schema& schema, const Path& path) {
  const auto is = [&](const auto& part) { return part.name == path.name && on_parent_alone(part); };
  return std::any_of(schema.tables.begin(), schema.tables.end(), [&](const Table& table) {
    return table.schema == path.schema && ((table.primary_key && is(*table.primary_key)) ||
                                           std::any_of(table.uniques.begin(), table.uniques.end(), is) ||
                                           std::any_of(table.indexes.begin(), table.indexes.end(), is));
  });
}

}  // namespace

std::vector<std::string> index_statistics(const Attributes& attributes, const std::string& index) {
  std::vector<std::string> out;
  for (const std::string& target : split_list(clause(attributes, "statistics", ""))) {
    const std::vector<std::string> sides = split(target, '=');
    if (sides.size() == 2)
      out.push_back("ALTER INDEX " + index + " ALTER COLUMN " + sides[0] + " SET STATISTICS " + sides[1]);
  }
  return out;
}

std::vector<std::string> column_settings(const Column& column, const Path& table) {
  const std::string name = quote(table) + "." + quote(column.name.text);
  const std::string alter = "ALTER TABLE ONLY " + quote(table) + " ALTER COLUMN " + quote(column.name.text);
  std::vector<std::string> out;
  if (!column.nullable && has(column.attributes, "not null not valid"))
    out.push_back(require_not_null("ALTER TABLE " + quote(table), column));
  for (const auto& [key, clause] :
       {std::pair{"storage", " SET STORAGE "}, std::pair{"compression", " SET COMPRESSION "},
        std::pair{"statistics", " SET STATISTICS "}})
    if (const auto* value = value_of(column.attributes, key)) out.push_back(alter + clause + *value);
  if (const auto* options = value_of(column.attributes, "options")) out.push_back(alter + " SET (" + *options + ")");
  for (std::string& statement : alter_attributes("COLUMN " + name, {}, with_comment(column.attributes, column.comment)))
    out.push_back(std::move(statement));
  return out;
}

std::vector<std::string> create(const Table& table, const Schema* around, const Postponed& postponed) {
  return TableWriter(table, around, postponed).write();
}

std::vector<std::string> create(const Table& table) {
  std::vector<std::string> out = create(table, nullptr, {});
  for (std::string& statement : TableWriter::of_parent_alone(table)) out.push_back(std::move(statement));
  return out;
}

std::vector<std::string> complete(const Table& table, const Postponed& postponed) {
  std::vector<std::string> out;
  const std::string alter = "ALTER " + word(table) + " " + quote(table.path());
  for (const Column& column : table.columns)
    if (column.default_value && postponed.contains("column " + column.name.text))
      out.push_back("ALTER " + word(table) + " ONLY " + quote(table.path()) + " ALTER COLUMN " +
                    quote(column.name.text) + " SET DEFAULT " + default_text(column));
  for (const Check& check : table.checks) {
    if (!postponed.contains("check " + check.name.text) || has(check.attributes, "inherited")) continue;
    out.push_back(alter + " ADD " + check_clause(check));
    if (const auto* comment = value_of(check.attributes, "comment"))
      out.push_back(comment_on("CONSTRAINT " + quote(check.name.text) + " ON " + quote(table.path()), *comment));
  }
  for (const Index& index : table.indexes)
    if (postponed.contains("index " + index.name.text) && !on_parent_alone(index))
      for (std::string& statement : TableWriter::index_statements(index, table)) out.push_back(std::move(statement));
  return out;
}

std::vector<std::string> last_words(const Table& table, const Schema& around) {
  std::vector<std::string> out = TableWriter::of_parent_alone(table);
  const auto attach = [&](const auto& part) {
    const std::string* parent = value_of(part.attributes, "attached to");
    if (parent != nullptr && stands_alone(around, read_path(*parent)))
      out.push_back("ALTER INDEX " + *parent + " ATTACH PARTITION " + quote(Path{table.schema, part.name}));
  };
  if (table.primary_key) attach(*table.primary_key);
  for (const Unique& unique : table.uniques) attach(unique);
  for (const Index& index : table.indexes) attach(index);
  for (const ForeignKey& key : table.foreign_keys) {
    if (has(key.attributes, "inherited")) continue;
    const std::string name = quote(table.path());
    out.push_back("ALTER " + word(table) + " " + name + " ADD " + foreign_key_clause(key));
    if (const auto* comment = value_of(key.attributes, "comment"))
      out.push_back(comment_on("CONSTRAINT " + quote(key.name.text) + " ON " + name, *comment));
  }
  return out;
}

}  // namespace dataflow::postgresql
