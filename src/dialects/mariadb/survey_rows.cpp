#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/survey.hpp"

namespace dataflow::mariadb {

const Table* Survey::table_now(const Path& path) const {
  if (path.name.empty()) return nullptr;
  for (const Change& c : all_)
    if (const auto* rename = std::get_if<Rename<Table>>(&c);
        rename != nullptr && rename->after == path.name && rename->in.schema == path.schema)
      return find_table(from_, {path.schema, rename->before});
  const bool created = std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
    const auto* create = std::get_if<Create<Table>>(&c);
    return create != nullptr && create->object.path() == path;
  });
  // One that goes and comes again under its name: only its drop speaks of the rows of today.
  return created && !std::holds_alternative<Drop<Table>>(change_) ? nullptr : find_table(from_, path);
}

Name Survey::column_now(const Path& path, const Name& column) const {
  for (const Change& c : all_)
    if (const auto* rename = std::get_if<Rename<Column>>(&c);
        rename != nullptr && rename->in == path && rename->after == column)
      return rename->before;
  return column;
}

std::optional<std::string> Survey::fill(const Name& column) const {
  for (const Hints::Fill& fill : hints_.fills) {
    if (!same_name(fill.table.name, path_.name) || !same_name(fill.column, column)) continue;
    if (const auto* sql = std::get_if<Sql>(&fill.value)) return "(" + sql->text + ")";
    return literal(std::get<Literal>(fill.value));
  }
  return std::nullopt;
}

void Survey::foresee() {
  Schema schema{.dialect = from_.dialect, .tables = {*now_}};
  renamed_ = *now_;
  sources_.clear();
  for (const Column& column : now_->columns) sources_.push_back({column, quote(column.name.text), &column});
  const auto at = [&](const Name& name) {
    return std::find_if(sources_.begin(), sources_.end(), [&](const Source& s) { return s.after.name == name; });
  };
  const auto apply = [](Schema& to, const Change& change) {
    try {
      apply_change(to, change);
    } catch (const Error&) {  // it names a text as the server has it only after a rename
    }
  };
  for (const Change& change : all_) {
    const auto* renamed = std::get_if<Rename<Table>>(&change);
    const bool ours = renamed != nullptr ? Path{renamed->in.schema, renamed->before} == now_->path()
                                         : subject(change) == path_ && !std::holds_alternative<Drop<Table>>(change);
    if (!ours) continue;
    apply(schema, change);
    if (const auto* rename = std::get_if<Rename<Column>>(&change)) {
      Schema names{.tables = {renamed_}};
      names.tables[0].name = path_.name;
      apply(names, change);
      if (!names.tables.empty()) renamed_ = names.tables[0];
      if (const auto s = at(rename->before); s != sources_.end()) s->after.name = rename->after;
    } else if (const auto* drop = std::get_if<Drop<Column>>(&change)) {
      if (const auto s = at(drop->object.name); s != sources_.end()) sources_.erase(s);
    } else if (const auto* alter = std::get_if<Alter<Column>>(&change)) {
      if (const auto s = at(alter->after.name); s != sources_.end()) s->after = alter->after;
    } else if (const auto* create = std::get_if<Create<Column>>(&change);
               create != nullptr && !create->object.generated) {
      sources_.push_back({create->object, {}, nullptr});
    }
  }
  then_ = schema.tables.empty() ? *now_ : schema.tables[0];
  for (Source& s : sources_) {
    if (s.before != nullptr) continue;
    const Column& c = s.after;
    s.value = "NULL";
    if (const auto filled = fill(c.name)) {
      s.value = *filled;
    } else if (c.default_value) {
      const auto* sql = std::get_if<Sql>(&*c.default_value);
      s.value = sql != nullptr ? "(" + sql->text + ")" : literal(std::get<Literal>(*c.default_value));
    }
  }
}

std::string Survey::key() const {
  if (!now_->primary_key) return "NULL";
  std::vector<std::string> parts;
  for (const KeyPart& part : now_->primary_key->parts) {
    const Column* column = find_column(*now_, part.column);
    const bool bytes = column != nullptr && column->type.kind == Kind::bytes;
    parts.push_back(bytes ? "HEX(" + quote(part.column.text) + ")" : "CAST(" + quote(part.column.text) + " AS CHAR)");
  }
  return "CONCAT_WS('/', " + join(parts, ", ") + ")";
}

std::string Survey::today(const std::string& column) const {
  return "(SELECT " + key() + " AS dataflow_key, " + column + " AS value FROM " + table_ + ") AS c";
}

std::string Survey::coming(std::string_view mentioned) const {
  std::vector<std::string> columns = {key() + " AS dataflow_key"};
  for (const Source& source : sources_) {
    if (!mentions(mentioned, source.after.name.text)) continue;
    std::string value = source.value;
    const auto filled = fill(source.after.name);
    if (source.before != nullptr && filled && source.before->nullable && !source.after.nullable)
      value = "coalesce(" + value + ", " + *filled + ")";
    if (source.before != nullptr) {
      const Texture was = texture(*now_, *source.before), will = texture(then_, source.after);
      if (!same_type(was.type, will.type) || was.charset != will.charset || was.collation != will.collation)
        value = converted(value, was, will);
    }
    columns.push_back(value + " AS " + quote(source.after.name.text));
  }
  return "(SELECT " + join(columns, ", ") + " FROM " + table_ + ") AS " + quote(path_.name.text);
}

}  // namespace dataflow::mariadb
