// What is granted on an object beyond what every object of its kind grants by itself.
#include <algorithm>

#include "dialects/postgresql/inspect.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql::inspection {

namespace {
struct Privilege {
  char letter;
  std::string_view word;
};
constexpr Privilege privileges_by_word[] = {
    {'s', "ALTER SYSTEM"}, {'c', "CONNECT"},  {'C', "CREATE"},     {'d', "DELETE"}, {'X', "EXECUTE"},
    {'a', "INSERT"},       {'m', "MAINTAIN"}, {'x', "REFERENCES"}, {'r', "SELECT"}, {'A', "SET"},
    {'T', "TEMPORARY"},    {'t', "TRIGGER"},  {'D', "TRUNCATE"},   {'w', "UPDATE"}, {'U', "USAGE"}};

/// acldefault(): by its own letters for the classes of objects; f functions, c columns.
struct Defaults {
  char kind;
  std::string_view owner, everybody;
};
constexpr Defaults defaults[] = {{'r', "arwdDxt", ""}, {'s', "rwU", ""}, {'f', "X", "X"}, {'n', "UC", ""},
                                 {'T', "U", "U"},      {'l', "U", "U"},  {'F', "U", ""},  {'S', "U", ""},
                                 {'L', "rw", ""},      {'c', "", ""}};

Grant& grant_to(std::vector<Grant>& grants, const std::string& role, bool everybody) {
  for (Grant& grant : grants)
    if (grant.role == role && grant.everybody == everybody) return grant;
  grants.push_back({.role = role, .everybody = everybody});
  return grants.back();
}

void add_letter(std::string& letters, char letter) {
  if (letters.find(letter) == std::string::npos) letters += letter;
}

/// The letters of `a` that are not in `b`.
std::string without(const std::string& a, const std::string& b) {
  std::string out;
  for (const char letter : a)
    if (b.find(letter) == std::string::npos) out += letter;
  return out;
}

/// "bob=arw*/alice"; the name is quoted where it must be.
void read_item(std::string_view item, std::vector<Grant>& into) {
  std::string role;
  std::size_t at = 0;
  if (item.starts_with('"')) {
    for (at = 1; at < item.size(); ++at) {
      if (item[at] == '"' && (at + 1 >= item.size() || item[at + 1] != '"')) break;
      if (item[at] == '"') ++at;
      role += item[at];
    }
    ++at;
  } else {
    at = std::min(item.find('='), item.size());
    role = item.substr(0, at);
  }
  const bool everybody = at == 0;
  Grant& grant = grant_to(into, everybody ? "PUBLIC" : role, everybody);
  for (++at; at < item.size() && item[at] != '/'; ++at) {
    if (item[at] == '*') continue;
    add_letter(grant.privileges, item[at]);
    if (at + 1 < item.size() && item[at + 1] == '*') add_letter(grant.grantable, item[at]);
  }
}

/// What stands in `acl` beyond `base`, and what it lacks: called with grants, then with revokes.
template <class Granted, class Revoked>
void compare(const std::vector<Grant>& base, const std::vector<Grant>& acl, const std::string& owner, Granted&& granted,
             Revoked&& revoked) {
  const auto in = [](const std::vector<Grant>& all, const Grant& like) {
    for (const Grant& grant : all)
      if (grant.role == like.role && grant.everybody == like.everybody) return grant;
    return Grant{.role = like.role, .everybody = like.everybody};
  };
  for (const Grant& grant : acl) {
    // The owner may grant in any case.
    const std::string grantable = grant.role == owner && !grant.everybody ? "" : grant.grantable;
    const Grant before = in(base, grant);
    std::string more = without(grant.privileges, before.privileges);
    for (const char letter : grantable) add_letter(more, letter);
    if (!more.empty()) granted(grant, more, grantable);
  }
  for (const Grant& grant : base)
    if (const std::string less = without(grant.privileges, in(acl, grant).privileges); !less.empty())
      revoked(grant, less);
}
}  // namespace

std::vector<Grant> default_grants(char kind, const std::string& owner, int version) {
  std::vector<Grant> out;
  const auto* row =
      std::find_if(std::begin(defaults), std::end(defaults), [&](const Defaults& d) { return d.kind == kind; });
  if (row == std::end(defaults)) return out;
  std::string own(row->owner);
  if (kind == 'r' && version >= 170000) own += 'm';
  if (!own.empty()) out.push_back({.role = owner, .privileges = own});
  if (!row->everybody.empty())
    out.push_back({.role = "PUBLIC", .everybody = true, .privileges = std::string(row->everybody)});
  return out;
}

std::vector<Grant> read_acl(const std::string& acl) {
  std::vector<Grant> out;
  for (const Cell& item : read_array(acl))
    if (item) read_item(*item, out);
  return out;
}

std::string privilege_words(const std::string& letters, const std::string& grantable) {
  std::vector<std::string> words;
  for (const Privilege& privilege : privileges_by_word)
    if (letters.find(privilege.letter) != std::string::npos)
      words.push_back(std::string(privilege.word) + (grantable.find(privilege.letter) != std::string::npos ? "*" : ""));
  return joined(words, [](const std::string& word) { return word; });
}

void Picture::privileges(Attributes& into, char kind, Oid owner, const std::string& acl, const std::string& what,
                         const Path& path) {
  const std::string owner_name = roles.contains(owner) ? roles.at(owner) : std::string();
  // The schema that every database is born with belongs to the database and lets everybody in.
  const bool born = kind == 'n' && path.name == "public";
  constexpr Oid first_role = 10;
  const bool gave_up = born && owner == first_role && version >= 150000;  // it was pg_database_owner's
  const bool born_owner = born && !gave_up && (owner == first_role || owner_name == "pg_database_owner");
  if (owner != 0 && (owner != reader || gave_up) && kind != 'c' && !born_owner) into["owner"] = owner_name;
  if (acl.empty() && !born) return;
  std::vector<Grant> base = default_grants(kind, owner_name, version);
  const std::vector<Grant> all = acl.empty() ? base : read_acl(acl);
  if (born) base.push_back({.role = "PUBLIC", .everybody = true, .privileges = version >= 150000 ? "U" : "UC"});
  const auto known = [&](const Grant& grant) {
    if (grant.everybody || role_names.contains(grant.role)) return true;
    report("grant", path, "privileges on " + what + " are granted to a role that does not exist: " + grant.role);
    return false;
  };
  std::vector<std::string> in_order;
  compare(
      base, all, owner_name,
      [&](const Grant& grant, const std::string& letters, const std::string& grantable) {
        if (!known(grant)) return;
        into["grant " + grant.role] = privilege_words(letters, grantable);
        in_order.push_back(grant.role);
      },
      [&](const Grant& grant, const std::string& letters) {
        into["revoke " + grant.role] = privilege_words(letters, "");
      });
  if (!std::is_sorted(in_order.begin(), in_order.end())) into[granted_in_order] = quoted_roles(in_order);
}

namespace {
struct DefaultKind {
  char letter, kind;  ///< pg_default_acl's and acldefault's letter
  std::string_view words;
};
constexpr DefaultKind default_kinds[] = {{'r', 'r', "tables"}, {'S', 's', "sequences"}, {'f', 'f', "functions"},
                                         {'T', 'T', "types"},  {'n', 'n', "schemas"},   {'L', 'L', "large objects"}};

std::string upper_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// The entries of one ALTER DEFAULT PRIVILEGES, one definition a statement.
class DefaultPrivileges {
 public:
  DefaultPrivileges(Picture& picture, const Fields& f, const DefaultKind& kind, const Name* schema)
      : picture_(picture), kind_(kind), role_(picture.roles[f.oid(1)]), oid_(f.oid(0)), schema_(schema) {}

  void read(const std::string& acl) {
    const std::vector<Grant> base =
        schema_ != nullptr ? std::vector<Grant>() : default_grants(kind_.kind, role_, picture_.version);
    compare(
        base, read_acl(acl), schema_ != nullptr ? std::string() : role_,
        [&](const Grant& grant, const std::string& letters, const std::string& grantable) {
          add(grant, "to", "GRANT", without(letters, grantable), "");
          add(grant, "to", "GRANT", grantable, " WITH GRANT OPTION");
        },
        [&](const Grant& grant, const std::string& letters) { add(grant, "from", "REVOKE", letters, ""); });
  }

 private:
  void add(const Grant& grant, const std::string& preposition, const std::string& verb, const std::string& letters,
           const std::string& option) {
    if (letters.empty()) return;
    const std::string grantee = grant.everybody ? "PUBLIC" : quote(grant.role);
    const std::string in = schema_ != nullptr ? " in " + schema_->text : "";
    Definition definition{.kind = "default privileges",
                          .name = std::string(kind_.words) + in + " " + preposition + " " + grant.role +
                                  (option.empty() ? "" : " with grant option"),
                          .on = role_};
    std::string text = "ALTER DEFAULT PRIVILEGES FOR ROLE " + quote(role_);
    if (schema_ != nullptr) text += " IN SCHEMA " + quote(schema_->text);
    text += " " + verb + " " + privilege_words(letters, "") + " ON " + upper_case(kind_.words) + " " +
            upper_case(preposition) + " " + grantee + option;
    definition.text = Sql(text);
    if (schema_ != nullptr && !(*schema_ == "public"))
      definition.depends_on.push_back({.kind = "schema", .path = {{}, *schema_}});
    picture_.add({catalog::default_privileges, oid_}, std::move(definition));
  }

  Picture& picture_;
  const DefaultKind& kind_;
  std::string role_;
  Oid oid_;
  const Name* schema_;
};
}  // namespace

void read_default_privileges(Answers& answers, Picture& picture) {
  for (const Fields f : answers.of(Query::default_privileges)) {
    const Name* schema = picture.schema_name(f.oid(2));
    if (f.oid(2) != 0 && schema == nullptr) continue;
    for (const DefaultKind& kind : default_kinds)
      if (kind.letter == f.letter(3)) DefaultPrivileges(picture, f, kind, schema).read(f.text(4));
  }
}

}  // namespace dataflow::postgresql::inspection
