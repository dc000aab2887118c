// Where the templates end: they hand over names, types and addresses, and the rest compiles once.
#pragma once
#include <cstddef>
#include <string_view>

#include "dataflow/reflect/column_type.hpp"
#include "dataflow/reflect/model.hpp"
#include "dataflow/reflect/options.hpp"

namespace dataflow::reflect {

struct Field {
  const char* name;           ///< the member's name, or what the compiler calls a pointer to the member
  const TypeFacts* facts;     ///< nullptr: the type has no column type, so the member must be ignored
  const void* address;        ///< inside the object given to begin()
  std::size_t name_size = 0;  ///< 0: up to the NUL
};

/// The member's name: the last identifier in what the compiler calls a pointer to it.
std::string_view member_name(std::string_view spelled);

/// Collects one struct. Addresses are only looked at before the call that brings them returns.
class ModelBuilder {
 public:
  ModelBuilder();
  ~ModelBuilder();
  ModelBuilder(const ModelBuilder&) = delete;
  ModelBuilder& operator=(const ModelBuilder&) = delete;

  void begin(const char* spelled_type, const void* object);
  /// A class whose members options may name: the struct itself or a base of it.
  void add_class(const void* key, const void* subobject);
  void add_fields(const Field* fields, std::size_t size);
  void add_options(const OptionList& options, bool inherited);
  Model finish();

  struct State;
  const State& state() const { return *state_; }

 private:
  State* state_;
};

Model build(void (*describe)(ModelBuilder&));

}  // namespace dataflow::reflect
