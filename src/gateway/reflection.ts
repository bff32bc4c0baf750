import { readFileSync } from 'node:fs';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { ReflectionService } from '@grpc/reflection';

/** What buf makes of our proto files: a `google.protobuf.FileDescriptorSet`. */
const DESCRIPTORS = new URL('../generated/descriptors.binpb', import.meta.url);

/**
 * Tells any gRPC client what this server offers, in both versions of the reflection service. The descriptors are buf's:
 * those of proto-loader name types relatively and leave out imports, and clients in Go find nothing in them.
 */
export function createReflection(): ReflectionService {
  const fileDescriptorProtos = filesIn(readFileSync(DESCRIPTORS));
  const format = 'Protocol Buffer 3 DescriptorProto';
  return new ReflectionService({ ours: { format, type: {}, fileDescriptorProtos } });
}

/** The encoded `file`s, the only field of a `FileDescriptorSet`. */
function filesIn(descriptorSet: Uint8Array): Buffer[] {
  const reader = new BinaryReader(descriptorSet);
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    reader.tag();
    files.push(Buffer.from(reader.bytes()));
  }
  return files;
}
