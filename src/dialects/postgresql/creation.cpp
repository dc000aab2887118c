// A whole schema as one script.
#include <algorithm>
#include <map>
#include <set>

#include "dialects/postgresql/kinds.hpp"
#include "dialects/postgresql/order.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

bool has(const Attributes& attributes, const char* key) { return value_of(attributes, key) != nullptr; }

class Script {
 public:
  explicit Script(const Schema& schema) : schema_(schema), order_(order_of(schema)) {
    for (const Cut& cut : order_.cuts)
      if (!cut.need.part.empty() || cut.object >= schema.tables.size()) cut_[cut.object].insert(cut.need.part);
    postpone_unproven_checks();
  }

  std::vector<std::string> write() {
    for (const std::size_t i : order_.sequence) i < schema_.tables.size() ? table(i) : definition(i);
    for (const auto& [i, parts] : cut_) complete(i, parts);
    for (const std::size_t i : order_.sequence)
      if (i < schema_.tables.size()) prove(schema_.tables[i]), add(last_words(schema_.tables[i], schema_));
    owned_sequences();
    return std::move(out_);
  }

 private:
  void add(std::vector<std::string> statements) {
    for (std::string& statement : statements) out_.push_back(std::move(statement));
  }
  const Definition& definition_at(std::size_t i) const { return schema_.definitions[i - schema_.tables.size()]; }

  /// A check that is NOT VALID comes to the children as it is only when they are there before it.
  void postpone_unproven_checks() {
    std::set<Path> parents;
    for (const Table& table : schema_.tables)
      if (const auto* inherits = value_of(table.options.attributes, "inherits"))
        for (const Path& path : read_paths(*inherits)) parents.insert(path);
    for (std::size_t i = 0; i < schema_.tables.size(); ++i)
      for (const Check& check : schema_.tables[i].checks)
        if (has(check.attributes, "not valid") && !has(check.attributes, "inherited") &&
            parents.contains(schema_.tables[i].path()))
          cut_[i].insert("check " + check.name.text);
  }

  void table(std::size_t i) {
    const auto at = cut_.find(i);
    add(create(schema_.tables[i], &schema_, at == cut_.end() ? Postponed() : at->second));
  }

  void definition(std::size_t i) {
    const Definition& d = definition_at(i);
    if (!cut_.contains(i)) return add(create(d));
    if (d.kind == "domain") return add(create_domain(d, false));
    const std::string view = stand_in(d);
    out_.push_back(view.empty() ? d.text.text : view);
  }

  void complete(std::size_t i, const Postponed& parts) {
    if (i < schema_.tables.size()) return add(postgresql::complete(schema_.tables[i], parts));
    const Definition& d = definition_at(i);
    if (d.kind == "domain") return add(add_domain_checks(d));
    if (!stand_in(d).empty()) out_.push_back(create_or_replace(d));
    add(alter_attributes(identity(d), {}, d.attributes));
    add(alter_parts({}, d));
  }

  /// A child may have proven what its parent has not.
  void prove(const Table& table) {
    const auto* inherits = value_of(table.options.attributes, "inherits");
    if (inherits == nullptr) return;
    for (const Check& check : table.checks)
      for (const Path& path : read_paths(*inherits)) {
        const Table* parent = find_table(schema_, path);
        if (parent == nullptr || has(check.attributes, "not valid") || !has(check.attributes, "inherited")) continue;
        const auto unproven = [&](const Check& c) { return c.name == check.name && has(c.attributes, "not valid"); };
        if (std::any_of(parent->checks.begin(), parent->checks.end(), unproven))
          out_.push_back("ALTER TABLE " + quote(table.path()) + " VALIDATE CONSTRAINT " + quote(check.name.text));
      }
  }

  void owned_sequences() {
    for (const Definition& d : schema_.definitions)
      if (const auto* column = value_of(d.attributes, "owned by"); column != nullptr && d.kind == "sequence")
        out_.push_back("ALTER " + identity(d) + " OWNED BY " + *column);
  }

  const Schema& schema_;
  const Order order_;
  std::map<std::size_t, Postponed> cut_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> creation_script(const Schema& schema) { return Script(schema).write(); }

}  // namespace dataflow::postgresql
