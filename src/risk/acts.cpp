#include <algorithm>

#include "core/text.hpp"
#include "risk/grade.hpp"

namespace dataflow {

namespace {

struct Defined {
  Act create, drop;
};

/// Some definitions are to their server what parts of a table are.
Defined defined(const Definition& definition) {
  if (definition.kind == "exclusion constraint") return {Act::add_unique, Act::drop_unique};
  if (definition.kind == "index") return {Act::create_index, Act::drop_index};
  return {Act::create_definition, Act::drop_definition};
}

struct ActsOf {
  bool (*stable)(std::string_view);

  bool stable_default(const Column& c) const {
    const auto* sql = std::get_if<Sql>(&*c.default_value);
    return sql == nullptr || stable(sql->text);
  }

  std::vector<Act> operator()(const Create<Table>&) const { return {Act::create_table}; }
  std::vector<Act> operator()(const Drop<Table>&) const { return {Act::drop_table}; }
  std::vector<Act> operator()(const Alter<Table>&) const { return {Act::change_table_options}; }
  std::vector<Act> operator()(const Rename<Table>&) const { return {Act::rename_table}; }
  std::vector<Act> operator()(const Create<TableOptions>&) const { return {Act::change_table_options}; }
  std::vector<Act> operator()(const Drop<TableOptions>&) const { return {Act::change_table_options}; }
  std::vector<Act> operator()(const Alter<TableOptions>& c) const {
    return {c.before.attributes == c.after.attributes ? Act::change_comment : Act::change_table_options};
  }

  std::vector<Act> operator()(const Create<Column>& create) const {
    const Column& c = create.object;
    if (c.generated) return {Act::add_generated_column};
    if (c.identity != Identity::none) return {Act::add_column_with_volatile_default};
    if (c.default_value)
      return {stable_default(c) ? Act::add_column_with_default : Act::add_column_with_volatile_default};
    return {c.nullable ? Act::add_nullable_column : Act::add_required_column};
  }
  std::vector<Act> operator()(const Drop<Column>&) const { return {Act::drop_column}; }
  std::vector<Act> operator()(const Rename<Column>&) const { return {Act::rename_column}; }
  std::vector<Act> operator()(const Alter<Column>& alter) const {
    const Column &a = alter.before, &b = alter.after;
    std::vector<Act> out;
    if (a.type != b.type) out.push_back(Act::change_type);
    if (a.nullable != b.nullable) out.push_back(b.nullable ? Act::drop_not_null : Act::set_not_null);
    if (a.generated != b.generated) out.push_back(Act::change_generated);
    if (a.identity != b.identity) out.push_back(Act::change_identity);
    if (a.collation != b.collation) out.push_back(Act::change_collation);
    if (a.attributes != b.attributes) out.push_back(Act::change_column_options);
    if (a.default_value != b.default_value) out.push_back(Act::change_default);
    if (out.empty()) out.push_back(Act::change_comment);
    return out;
  }

  std::vector<Act> operator()(const Create<PrimaryKey>&) const { return {Act::add_primary_key}; }
  std::vector<Act> operator()(const Drop<PrimaryKey>&) const { return {Act::drop_primary_key}; }
  std::vector<Act> operator()(const Alter<PrimaryKey>&) const { return {Act::drop_primary_key, Act::add_primary_key}; }
  std::vector<Act> operator()(const Create<Unique>&) const { return {Act::add_unique}; }
  std::vector<Act> operator()(const Drop<Unique>&) const { return {Act::drop_unique}; }
  std::vector<Act> operator()(const Alter<Unique>&) const { return {Act::drop_unique, Act::add_unique}; }
  std::vector<Act> operator()(const Create<ForeignKey>&) const { return {Act::add_foreign_key}; }
  std::vector<Act> operator()(const Drop<ForeignKey>&) const { return {Act::drop_foreign_key}; }
  std::vector<Act> operator()(const Alter<ForeignKey>&) const { return {Act::drop_foreign_key, Act::add_foreign_key}; }
  std::vector<Act> operator()(const Create<Check>&) const { return {Act::add_check}; }
  std::vector<Act> operator()(const Drop<Check>&) const { return {Act::drop_check}; }
  std::vector<Act> operator()(const Alter<Check>&) const { return {Act::drop_check, Act::add_check}; }
  std::vector<Act> operator()(const Create<Index>& c) const {
    return {c.object.unique ? Act::create_unique_index : Act::create_index};
  }
  std::vector<Act> operator()(const Drop<Index>&) const { return {Act::drop_index}; }
  std::vector<Act> operator()(const Alter<Index>& c) const {
    return {Act::drop_index, c.after.unique ? Act::create_unique_index : Act::create_index};
  }
  std::vector<Act> operator()(const Create<Definition>& c) const { return {defined(c.object).create}; }
  std::vector<Act> operator()(const Drop<Definition>& c) const { return {defined(c.object).drop}; }
  std::vector<Act> operator()(const Alter<Definition>& c) const {
    if (const Defined d = defined(c.after); d.create != Act::create_definition) return {d.drop, d.create};
    return {c.before.kind == "virtual table" ? Act::drop_definition : Act::replace_definition};
  }
};

template <class Enum> Enum worst(const std::vector<Assessment>& all, Enum Assessment::*axis) {
  Enum out{};
  for (const Assessment& a : all) out = std::max(out, a.*axis);
  return out;
}

}  // namespace

std::vector<Act> acts_of(const Change& change, bool (*stable)(std::string_view)) {
  return std::visit(ActsOf{stable}, change);
}

std::string case_of(const Change& change) {
  if (const auto* create = std::get_if<Create<Definition>>(&change)) return create->object.kind;
  if (const auto* drop = std::get_if<Drop<Definition>>(&change)) return drop->object.kind;
  if (const auto* alter = std::get_if<Alter<Definition>>(&change)) return alter->after.kind;
  return {};
}

Assessment merge(std::vector<Assessment> aspects) {
  Assessment out = *std::max_element(aspects.begin(), aspects.end(),
                                     [](const Assessment& a, const Assessment& b) { return a.level < b.level; });
  out.data_loss = worst(aspects, &Assessment::data_loss);
  out.reversal = worst(aspects, &Assessment::reversal);
  out.blocks = worst(aspects, &Assessment::blocks);
  out.work = worst(aspects, &Assessment::work);
  std::vector<std::string> obstacles, remedies;
  for (const Assessment& a : aspects) {
    if (a.blocking) obstacles.push_back(*a.blocking);
    if (!a.remedy.empty()) remedies.push_back(a.remedy);
    if (a.time.high_ms > out.time.high_ms) out.time = a.time;
  }
  if (!obstacles.empty()) out.blocking = join(obstacles, "; ");
  out.remedy = join(remedies, "; ");
  return out;
}

}  // namespace dataflow
