// What objects have besides their CREATE statement: comments, owners, privileges.
#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "core/text.hpp"
#include "dialects/postgresql/kinds.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

constexpr std::string_view grant = "grant ", revoke = "revoke ";

/// Privileges and whether they may be passed on.
using Privileges = std::map<std::string, bool>;

Privileges read_privileges(std::string_view list) {
  Privileges out;
  for (std::string& item : split_list(list)) {
    const bool passed_on = item.ends_with('*');
    if (passed_on) item.pop_back();
    out[item] = passed_on;
  }
  return out;
}

/// What a target begins with, and what follows GRANT … ON for it.
struct Target {
  std::string_view keyword, grants;
};
constexpr Target parts_and_tables[] = {{"FOREIGN TABLE", "TABLE"}, {"TABLE", "TABLE"}, {"COLUMN", "TABLE"}};

/// The longest keyword that `target` begins with: OPERATOR CLASS, not OPERATOR.
Target read_target(std::string_view target) {
  Target out{};
  const auto consider = [&](std::string_view keyword, std::string_view grants) {
    if (keyword.size() > out.keyword.size() && target.size() > keyword.size() && target.starts_with(keyword) &&
        target[keyword.size()] == ' ')
      out = {keyword, grants};
  };
  for (const Target& row : parts_and_tables) consider(row.keyword, row.grants);
  for (const DefinitionKind& row : all_kinds()) consider(row.keyword, row.grants);
  return out;
}

/// Behind GRANT … ON, an object is named as everywhere, but for aggregates: there they count as functions.
std::string granted_name(std::string_view target, std::string_view keyword) {
  std::string name(target.substr(keyword.size() + 1));
  if (keyword != "AGGREGATE") return name;
  if (name.ends_with("(*)")) return name.replace(name.size() - 3, 3, "()");
  if (const std::size_t order = name.find("ORDER BY "); order != std::string::npos) {
    const bool first = order > 0 && name[order - 1] == '(';
    name.replace(first ? order : order - 1, first ? 9 : 10, first ? "" : ", ");
  }
  return name;
}

class Writer {
 public:
  Writer(std::string_view target, std::vector<std::string>& out) : out_(out) {
    const Target read = read_target(target);
    if (read.grants.empty()) return;
    const std::string name = granted_name(target, read.keyword);
    if (read.keyword != "COLUMN") {
      on_ = " ON " + std::string(read.grants) + " " + name;
      return;
    }
    const std::vector<std::string> parts = qualified_parts(name);
    column_ = " (" + quote(parts.back()) + ")";
    std::vector<std::string> table;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) table.push_back(quote(parts[i]));
    on_ = " ON TABLE " + join(table, ".");
  }

  void give(const std::string& role, const Privileges& privileges) {
    for (const bool passed_on : {false, true})
      say("GRANT ", privileges, passed_on, " TO " + who(role) + (passed_on ? " WITH GRANT OPTION" : ""));
  }
  void take(const std::string& role, const Privileges& privileges) {
    for (const bool option_only : {false, true})
      say(option_only ? "REVOKE GRANT OPTION FOR " : "REVOKE ", privileges, option_only, " FROM " + who(role));
  }

 private:
  static std::string who(const std::string& role) { return role == "PUBLIC" ? role : quote(role); }

  void say(const std::string& verb, const Privileges& privileges, bool which, const std::string& end) {
    if (on_.empty()) return;
    std::vector<std::string> words;
    for (const auto& [privilege, option] : privileges)
      if (option == which) words.push_back(privilege + column_);
    if (!words.empty()) out_.push_back(verb + join(words, ", ") + on_ + end);
  }

  std::vector<std::string>& out_;
  std::string on_, column_;  // " ON TABLE public.t" and " (a)"; nothing where nobody can be granted anything
};

Privileges of(const Attributes& attributes, std::string_view prefix, const std::string& role) {
  const std::string* list = value_of(attributes, std::string(prefix) + role);
  return list == nullptr ? Privileges() : read_privileges(*list);
}

/// What is in `a` and not in `b`; where only the right to pass it on is, that alone is marked when `option_alone`.
Privileges missing(const Privileges& a, const Privileges& b, bool option_alone) {
  Privileges out;
  for (const auto& [privilege, option] : a) {
    const auto at = b.find(privilege);
    if (at == b.end())
      out[privilege] = option_alone ? false : option;
    else if (option && !at->second)
      out[privilege] = true;
  }
  return out;
}

std::set<std::string> roles_in(const Attributes& a, const Attributes& b) {
  std::set<std::string> out;
  for (const Attributes* attributes : {&a, &b})
    for (const auto& [key, value] : *attributes)
      for (std::string_view prefix : {grant, revoke})
        if (key.starts_with(prefix)) out.insert(key.substr(prefix.size()));
  return out;
}

/// Who was granted something, first things first.
std::vector<std::string> grantees(const Attributes& attributes) {
  std::vector<std::string> out;
  if (const std::string* order = value_of(attributes, granted_in_order))
    for (const std::string& role : split_list(*order)) out.push_back(qualified_parts(role).at(0));
  else
    for (const auto& [key, value] : attributes)
      if (key.starts_with(grant)) out.push_back(key.substr(grant.size()));
  return out;
}

bool keeps_some(const Attributes& before, const Attributes& after, const std::string& role) {
  const Privileges old = of(before, grant, role), now = of(after, grant, role);
  return std::any_of(old.begin(), old.end(), [&](const auto& p) { return now.contains(p.first); });
}

/// Who keeps nothing while privileges change, or has to be granted all of it again to come behind others: the server
/// puts whoever is granted something at the end.
std::set<std::string> granted_anew(const Attributes& before, const Attributes& after) {
  std::set<std::string> out;
  const std::vector<std::string> order = grantees(after);
  std::size_t kept = 0;
  for (const std::string& role : grantees(before)) {
    if (keeps_some(before, after, role) && kept < order.size() && order[kept] == role)
      ++kept;
    else
      out.insert(role);
  }
  return out;
}

void alter_privileges(Writer writer, const Attributes& before, const Attributes& after) {
  const std::set<std::string> roles = roles_in(before, after), anew = granted_anew(before, after);
  for (const std::string& role : roles) {
    const Privileges old = of(before, grant, role);
    writer.take(role, missing(old, anew.contains(role) ? Privileges() : of(after, grant, role), true));
    // The right to pass on what an object grants by itself goes with it.
    Privileges taken = missing(of(after, revoke, role), of(before, revoke, role), false);
    for (auto& [privilege, option] : taken) option = false;
    writer.take(role, taken);
  }
  std::vector<std::string> in_order = grantees(after);
  for (const std::string& role : roles)
    if (std::find(in_order.begin(), in_order.end(), role) == in_order.end()) in_order.push_back(role);
  for (const std::string& role : in_order) {
    const Privileges old = anew.contains(role) ? Privileges() : of(before, grant, role);
    Privileges given = missing(of(before, revoke, role), of(after, revoke, role), false);
    given.merge(missing(of(after, grant, role), old, false));
    writer.give(role, given);
  }
}

}  // namespace

std::string quoted_roles(const std::vector<std::string>& roles) {
  std::string out;
  for (const std::string& role : roles) out += (out.empty() ? "" : ", ") + quote(role);
  return out;
}

bool of_rights(const std::string& key) {
  return key.starts_with(grant) || key.starts_with(revoke) || key == granted_in_order;
}

void adopt_order_of_grants(Attributes& wanted, const Attributes& live) {
  std::set<std::string> prefixes;  // of the parts that have grants of their own
  for (const auto& [key, value] : wanted)
    if (const std::size_t at = key.starts_with(grant) ? 0 : key.find(": grant "); at != std::string::npos)
      prefixes.insert(key.substr(0, at == 0 ? 0 : at + 2));
  const auto under = [](const Attributes& attributes, const std::string& prefix) {
    Attributes out;
    for (const auto& [key, value] : attributes)
      if (key.starts_with(prefix) && of_rights(key.substr(prefix.size()))) out[key.substr(prefix.size())] = value;
    return out;
  };
  for (const std::string& prefix : prefixes) {
    const Attributes before = under(live, prefix), after = under(wanted, prefix);
    std::vector<std::string> order, others = grantees(after);
    for (const std::string& role : grantees(before))
      if (keeps_some(before, after, role)) order.push_back(role), std::erase(others, role);
    order.insert(order.end(), others.begin(), others.end());
    wanted.erase(prefix + granted_in_order);
    if (!std::is_sorted(order.begin(), order.end())) wanted[prefix + granted_in_order] = quoted_roles(order);
  }
}

std::string comment_on(const std::string& target, std::string_view text) {
  return "COMMENT ON " + target + " IS " + (text.empty() ? "NULL" : text_literal(text));
}

std::vector<std::string> alter_attributes(const std::string& target, const Attributes& before,
                                          const Attributes& after) {
  // What every database's schema "public" has is no attribute of it.
  const bool born = target == "SCHEMA public";
  const auto text = [](const Attributes& attributes, const char* key, const char* otherwise) {
    const std::string* value = value_of(attributes, key);
    return value == nullptr ? std::string(otherwise) : *value;
  };
  const auto comment = [&](const Attributes& attributes) {
    return text(attributes, "comment", born ? "standard public schema" : "");
  };
  std::vector<std::string> out;
  if (comment(before) != comment(after)) out.push_back(comment_on(target, comment(after)));
  if (const std::string owner = text(after, "owner", ""); owner != text(before, "owner", ""))
    out.push_back("ALTER " + target + " OWNER TO " +
                  (!owner.empty() ? quote(owner)
                   : born         ? "pg_database_owner"
                                  : "CURRENT_USER"));
  alter_privileges(Writer(target, out), before, after);
  return out;
}

}  // namespace dataflow::postgresql
