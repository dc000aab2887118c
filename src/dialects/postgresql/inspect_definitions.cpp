// What is one CREATE statement, as the server wrote it.
#include "dialects/postgresql/inspect.hpp"

namespace dataflow::postgresql::inspection {

namespace {

/// Names that stand in the attributes and parts of a ready definition, two by two.
std::vector<Part> pairs(const Row& flat) {
  std::vector<Part> out;
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2)
    out.push_back({flat[i].value_or(""), Sql(flat[i + 1].value_or(""))});
  return out;
}

/// The schema is not carried, or the object belongs to an extension or to a relation that does.
bool is_carried(const Picture& picture, Oid catalog, const Fields& f) {
  if (f.oid(1) != 0 && picture.schema_name(f.oid(1)) == nullptr) return false;
  if (picture.of_extension(catalog, f.oid(0))) return false;
  return f.oid(5) == 0 || picture.relations.contains(f.oid(5));
}

void definition(const Ready& kind, const Fields& f, Picture& picture) {
  if (!is_carried(picture, kind.catalog, f)) return;
  Definition definition{.kind = f.text(2), .name = f.text(3), .on = f.text(4), .parts = pairs(f.list(9))};
  if (f.oid(1) != 0) definition.schema = *picture.schema_name(f.oid(1));
  std::string text = f.text(8);
  while (!text.empty() && (text.back() == ';' || text.back() == '\n' || text.back() == ' ')) text.pop_back();
  const Path path{definition.schema, definition.name};
  if (text.empty()) {
    picture.report(definition.kind, path, "the server does not give its text");
    return;
  }
  definition.text = Sql(std::move(text));
  for (Part& attribute : pairs(f.list(10))) definition.attributes[attribute.name.text] = attribute.text.text;
  if (definition.attributes.contains("returns") && definition.attributes["returns"].empty())
    definition.attributes.erase("returns");
  picture.comment(definition.attributes, {kind.catalog, f.oid(0)});
  if (definition.kind == "schema" && definition.name == "public" &&
      definition.attributes["comment"] == "standard public schema")
    definition.attributes.erase("comment");
  picture.privileges(definition.attributes, kind.privileges, f.oid(6), f.text(7),
                     definition.kind + " " + path.name.text, path);
  if (const auto on = picture.relations.find(f.oid(5)); on != picture.relations.end()) {
    const Place& place = on->second.place;
    definition.depends_on.push_back(
        {.kind = place.is_table ? "table" : picture.schema.definitions[place.index].kind, .path = on->second.path});
  }
  picture.add({kind.catalog, f.oid(0)}, std::move(definition));
}

}  // namespace

void read_definitions(Answers& answers, Picture& picture) {
  const std::span<const Ready> kinds = ready_definitions();
  for (std::size_t i = 0; i < kinds.size(); ++i)
    for (const Fields f : answers.at(Answers::ready(i))) definition(kinds[i], f, picture);
  for (const Fields f : answers.of(Query::unmodelled)) {
    if (f.oid(3) != 0 && picture.schema_name(f.oid(3)) == nullptr) continue;
    if (picture.of_extension(f.oid(0), f.oid(1))) continue;
    picture.report(f.text(2), {f.oid(3) != 0 ? *picture.schema_name(f.oid(3)) : Name(), f.text(4)}, f.text(5));
  }
}

}  // namespace dataflow::postgresql::inspection
