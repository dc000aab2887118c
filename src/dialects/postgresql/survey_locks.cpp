#include <algorithm>

#include "dialects/postgresql/survey.hpp"

namespace dataflow::postgresql {

namespace {

/// The tables that a change reaches beside its own.
class Reach {
 public:
  Reach(const Schema& from, const Table* own) : from_(from), own_(own) {}
  void add(const Table* table) {
    if (table != nullptr && table != own_ && std::find(tables_.begin(), tables_.end(), table) == tables_.end())
      tables_.push_back(table);
  }
  /// The tables that an attribute names: a parent, or several.
  void add(const Attributes& attributes, const char* key) {
    const std::string* list = value_of(attributes, key);
    if (list == nullptr) return;
    for (const Path& path : read_paths(*list)) add(find_table(from_, path));
  }
  void add_users(const Definition& type) {
    for (const auto& [table, column] : columns_of_type(from_, {type.schema, type.name})) add(table);
  }
  std::vector<std::string> names() const {
    constexpr std::size_t few = 5;
    std::vector<std::string> out;
    for (const Table* table : tables_) out.push_back(shown(table->path()));
    if (out.size() <= few + 1) return out;
    const std::size_t more = out.size() - few;
    out.resize(few);
    out.push_back(std::to_string(more) + " more");
    return out;
  }

 private:
  const Schema& from_;
  const Table* own_;
  std::vector<const Table*> tables_;
};

}  // namespace

std::vector<std::string> Survey::also_locked(Act act) const {
  Reach reach(from_, now_);
  const auto referenced = [&](const ForeignKey& key) { reach.add(table_now(key.references)); };
  const auto keys_on = [&](const Name& column) {
    if (now_ == nullptr) return;
    const Name name = column_now(path_, column);
    const auto has = [&](const std::vector<Name>& all) { return std::find(all.begin(), all.end(), name) != all.end(); };
    for (const ForeignKey& key : now_->foreign_keys)
      if (has(key.columns)) referenced(key);
    for (const Table& other : from_.tables)
      for (const ForeignKey& key : other.foreign_keys)
        if (key.references == now_->path() && has(key.referenced)) reach.add(&other);
  };
  const auto below = [&](const Table* table) {
    if (table != nullptr && act != Act::change_comment && act != Act::change_table_options)
      for (const Table* heir : heirs(from_, *table)) reach.add(heir);
  };
  const auto triggered = [&](const Definition& d) {
    if (d.kind == "trigger") below(table_now({d.schema, d.on}));
  };
  std::visit(Overloaded{
                 [&](const Create<Table>& c) {
                   for (const ForeignKey& key : c.object.foreign_keys) referenced(key);
                   reach.add(c.object.options.attributes, "partition of");
                   reach.add(c.object.options.attributes, "inherits");
                 },
                 [&](const Drop<Table>& c) {
                   for (const ForeignKey& key : c.object.foreign_keys) referenced(key);
                   reach.add(c.object.options.attributes, "partition of");
                 },
                 [&](const Alter<TableOptions>& c) {
                   for (const auto* side : {&c.before, &c.after})
                     reach.add(side->attributes, "partition of"), reach.add(side->attributes, "inherits");
                 },
                 [&](const Create<ForeignKey>& c) { referenced(c.object), below(now_); },
                 [&](const Drop<ForeignKey>& c) { referenced(c.object), below(now_); },
                 [&](const Alter<ForeignKey>& c) {
                   referenced(act == Act::drop_foreign_key ? c.before : c.after), below(now_);
                 },
                 [&](const Drop<Column>& c) { keys_on(c.object.name), below(now_); },
                 [&](const Alter<Column>& c) {
                   if (act == Act::change_type) keys_on(c.after.name);
                   below(now_);
                 },
                 [&](const Create<Definition>& c) { triggered(c.object); },
                 [&](const Drop<Definition>& c) { triggered(c.object); },
                 [&](const Alter<Definition>& c) {
                   triggered(c.after);
                   if (c.after.kind == "enum" || c.after.kind == "domain") reach.add_users(c.after);
                 },
                 [&](const auto&) { below(now_); },
             },
             change_);
  return reach.names();
}

}  // namespace dataflow::postgresql
