import { fileURLToPath } from 'node:url';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';

const PROTO_ROOT = fileURLToPath(new URL('../../proto', import.meta.url));

/** Tells any gRPC client what this server offers, in both versions of the reflection service. */
export function createReflection(): ReflectionService {
  const files = ['influxchatops/token/v1/token_service.proto', healthProto];
  return new ReflectionService(loadSync(files, { includeDirs: [PROTO_ROOT], keepCase: true }));
}
