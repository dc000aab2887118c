#include "reflect/builder.hpp"

#include <utility>

namespace dataflow::reflect {

ModelBuilder::ModelBuilder() : state_(new State) {}
ModelBuilder::~ModelBuilder() { delete state_; }

void ModelBuilder::begin(const char* spelled_type, const void* object) {
  state_->cpp_name = type_name(spelled_type);
  state_->object = static_cast<const std::byte*>(object);
}

void ModelBuilder::add_class(const void* key, const void* subobject) {
  state_->classes.push_back({key, static_cast<const std::byte*>(subobject) - state_->object});
}

void ModelBuilder::add_fields(const Field* fields, std::size_t size) {
  for (const Field* field = fields; field != fields + size; ++field) {
    const std::string_view name = field->name_size ? std::string_view(field->name, field->name_size) : field->name;
    CollectedField collected{.name = std::string(member_name(name)), .has_column = field->facts != nullptr};
    collected.offset = static_cast<const std::byte*>(field->address) - state_->object;
    if (field->facts) {
      collected.type = field->facts->type();
      collected.nullable = field->facts->nullable;
      collected.initial = field->facts->initial(field->address);
    }
    state_->fields.push_back(std::move(collected));
  }
}

void ModelBuilder::add_options(const OptionList& options, bool inherited) {
  const OptionList::Contents& contents = options.contents();
  state_->declarations.push_back({contents.table, grouped(contents, state_->cpp_name), inherited});
}

Model ModelBuilder::finish() { return resolve(*state_); }

Model build(void (*describe)(ModelBuilder&)) {
  ModelBuilder builder;
  describe(builder);
  return builder.finish();
}

}  // namespace dataflow::reflect
