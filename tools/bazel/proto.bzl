"""C++ code for a directory of .proto files, made with the distribution's protoc and gRPC plugin."""

def cc_proto_grpc_library(name, protos, services = [], deps = [], **kwargs):
    """A cc_library of the generated messages and service stubs.

    Args:
      name: the library.
      protos: the .proto files, relative to the package, which is the import root.
      services: those of `protos` that declare a service, if any.
      deps: further libraries.
      **kwargs: passed to the cc_library.
    """
    stems = [proto[:-len(".proto")] for proto in protos]
    service_stems = [proto[:-len(".proto")] for proto in services]
    headers = [s + ".pb.h" for s in stems] + [s + ".grpc.pb.h" for s in service_stems]
    sources = [s + ".pb.cc" for s in stems] + [s + ".grpc.pb.cc" for s in service_stems]
    root = native.package_name()
    out = "$(RULEDIR)"
    native.genrule(
        name = name + "_generate",
        srcs = protos,
        outs = headers + sources,
        cmd = " && ".join([
            "protoc -I%s -I/usr/include --cpp_out=%s %s" % (root, out, " ".join([root + "/" + p for p in protos])),
        ] + [
            "protoc -I%s -I/usr/include --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin --grpc_out=%s %s/%s" % (root, out, root, p)
            for p in services
        ]),
        message = "Generating C++ from protos",
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        copts = ["-Wno-all", "-Wno-extra"],
        includes = ["."],
        deps = deps + ["@system//:grpc"],
        **kwargs
    )
