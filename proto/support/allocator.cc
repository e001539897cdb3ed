// Options of the optimised programs' allocator, which reads them before main() from a variable of this name.
extern "C" {
// What a large file took is given back to the system also when nothing is allocated any more.
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true";
}
