// Equality of the schema's values where spellings may differ.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "dataflow/diff.hpp"

namespace dataflow {

/// A Sameness without null pointers.
class Same {
 public:
  explicit Same(const Sameness& sameness) : sameness_(sameness) {}

  bool names(const Name& a, const Name& b) const;
  bool paths(const Path& a, const Path& b) const;
  bool types(const Type& a, const Type& b) const;
  bool expressions(const Sql& a, const Sql& b) const;

  bool operator()(const Column& a, const Column& b) const;  ///< all but the name
  /// The column's meaning without name and comment: what a renamed column keeps.
  bool shape(const Column& a, const Column& b) const;
  bool operator()(const PrimaryKey& a, const PrimaryKey& b) const;
  bool operator()(const Unique& a, const Unique& b) const;
  bool operator()(const ForeignKey& a, const ForeignKey& b) const;
  bool operator()(const Check& a, const Check& b) const;
  bool operator()(const Index& a, const Index& b) const;
  bool operator()(const Definition& a, const Definition& b) const;

  /// Names that are the same have the same key. The reverse need not hold.
  std::string key(const Name& name) const;
  std::string key(const Path& path) const;

 private:
  bool names(const std::vector<Name>& a, const std::vector<Name>& b) const;
  bool part(const KeyPart& a, const KeyPart& b) const;
  bool parts(const std::vector<KeyPart>& a, const std::vector<KeyPart>& b) const;
  bool defaults(const std::optional<Default>& a, const std::optional<Default>& b) const;
  bool generated(const std::optional<Generated>& a, const std::optional<Generated>& b) const;

  Sameness sameness_;
};

inline constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Objects found by a name that is the same; one spelled alike byte for byte goes first.
class Directory {
 public:
  explicit Directory(const Same& same) : same_(&same) {}
  void add(const Path& path, std::size_t index) { entries_[same_->key(path)].push_back({path, index}); }
  void remove(const Path& path, std::size_t index);
  std::size_t find(const Path& path) const;  ///< `nowhere` when there is none
  bool contains(const Path& path) const { return find(path) != nowhere; }

 private:
  struct Entry {
    Path path;
    std::size_t index;
  };
  const Same* same_;
  std::unordered_map<std::string, std::vector<Entry>> entries_;
};

}  // namespace dataflow
