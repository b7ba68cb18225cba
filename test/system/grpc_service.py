"""A gRPC server with the standard health service: grpc_service.py PORT STATUS_FILE.

It says SERVING, or the status that the file has: the number of HealthCheckResponse.ServingStatus.
"""
import concurrent.futures
import sys

import grpc


def check(request, context):
    try:
        with open(sys.argv[2]) as file:
            status = int(file.read() or 1)
    except FileNotFoundError:
        status = 1
    return b"\x08" + bytes([status])


handler = grpc.method_handlers_generic_handler(
    "grpc.health.v1.Health",
    {
        "Check": grpc.unary_unary_rpc_method_handler(
            check, request_deserializer=lambda data: data, response_serializer=lambda data: data
        )
    },
)
server = grpc.server(concurrent.futures.ThreadPoolExecutor(2), handlers=(handler,))
server.add_insecure_port("127.0.0.1:" + sys.argv[1])
server.start()
print("serves", flush=True)
server.wait_for_termination()
