// What stands on what: which objects have to go out of the way of a change and come back after it.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dialects/postgresql/lower.hpp"

namespace dataflow::postgresql {

/// Keys by which objects are found.
std::string key_of(const std::string& kind, const Path& path, const Name& on = {});
std::string key_of(const Definition& definition);
std::string key_of(const Path& table);
std::string key_of(const Path& table, const Name& column);
std::string key_of_part(const Path& table, const std::string& part);  ///< "check positive"
/// How Dependency::part calls a part of a table.
std::string part_name(const Column& column);
std::string part_name(const PrimaryKey& key);
std::string part_name(const Unique& unique);
std::string part_name(const ForeignKey& key);
std::string part_name(const Check& check);
std::string part_name(const Index& index);

/// New names of tables and columns, both ways.
class Naming {
 public:
  explicit Naming(const std::vector<Change>& changes);
  bool any() const { return !after_.empty() || !columns_.empty(); }
  Path before(const Path& path) const;
  Path after(const Path& path) const;
  Name before(const Path& table_after, const Name& column) const;
  Name after(const Path& table_after, const Name& column) const;
  bool renames(const Path& table_before) const;
  /// Whether a definition, as it was, speaks of what is renamed.
  bool touches(const Definition& definition) const;

 private:
  std::map<Path, Path> after_, before_;
  std::map<std::pair<Path, Name>, Name> columns_;  ///< table after, column before: column after
};

/// What goes down and comes back.
struct Bounce {
  Change drop, create;
};

/// Follows every change to what cannot stay while it happens.
class Dependents {
 public:
  Dependents(const Schema& from, const Schema& target, const std::vector<Change>& changes, const Naming& naming);
  void follow_all();
  void follow(const Definition& definition);

  std::set<std::size_t> split = {};          ///< changes that become a drop and a create
  std::set<std::size_t> anew = {};           ///< tables and types that are made anew
  std::set<std::size_t> default_first = {};  ///< altered columns whose default goes before
  std::vector<Bounce> bounces = {};

 private:
  struct Dependent {
    const Definition* definition = nullptr;
    Path table = {};
    std::string part = {};
  };
  void index(const Dependency& need, const Dependent& dependent);
  void own_changes();
  void follow(std::size_t change);
  void table(const Path& path);
  bool drops_index(const std::string& name) const;
  bool creates_index(const std::string& name) const;
  void whole(const std::string& key);
  void type(const Definition& type);
  void column(const Path& table, const Name& column, bool other_base, bool replaced);
  void key(const Path& table, const std::vector<KeyPart>& parts);
  void take_down(const Dependent& dependent);
  void take_down(const Definition& definition);
  void take_down(const Path& table, const std::string& part);
  void bounce_parts(const Path& table, auto&& concerns);
  void bounce_foreign_keys(auto&& concerns);
  template <class Part> void bounce(const Path& table, const Part& before);
  void bounce_column(const Path& table, const Column& before);
  void bounce_default(const Path& table, const Column& before);
  void bounce_owner(const Path& table);

  friend struct Follow;
  const Schema &from_, &target_;
  const std::vector<Change>& changes_;
  const Naming& naming_;
  std::map<std::string, std::vector<Dependent>> dependents_;
  std::map<std::string, std::size_t> own_;  ///< the change of an object that is there before
  std::set<std::string> seen_;
};

}  // namespace dataflow::postgresql
