# Sanitizers work only when every object has them, so they are set for the whole build. The check of virtual calls is left
# out: it needs type information that SOCI does not export.
if(DATAFLOW_SANITIZE)
  list(JOIN DATAFLOW_SANITIZE "," sanitizers)
  add_compile_options(-fsanitize=${sanitizers} -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${sanitizers})
endif()
