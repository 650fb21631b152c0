import protobuf from 'protobufjs';

/**
 * The messages of W&B's run files that are written or read here, with their numbers: github.com/wandb/wandb, wandb/proto/
 * wandb_internal.proto (MIT). Unknown fields of a file are passed over, as protobuf does.
 */
const SCHEMA = `
syntax = "proto3";
package wandb_internal;
message Time { int64 seconds = 1; int32 nanos = 2; }
message Info { string stream_id = 1; }
message Item { string key = 1; repeated string nested_key = 2; string value_json = 16; }
message Items { repeated Item update = 1; repeated Item remove = 2; }
message Run {
  string run_id = 1; string entity = 2; string project = 3; Items config = 4; Items summary = 5; string run_group = 6; string job_type = 7;
  string display_name = 8; string notes = 9; repeated string tags = 10; string host = 13; Time start_time = 17; bool resumed = 18;
  int32 runtime = 20; Git git = 21;
}
message Git { string remote_url = 1; string commit = 2; }
message Step { int64 num = 1; }
message HistoryItem {
  string key = 1; repeated string nested_key = 2;
  oneof value { bool boolean = 4; sint64 integer = 5; double number = 6; string text = 7; string json = 8; }
  string value_json = 16;
}
message History { repeated HistoryItem item = 1; Step step = 2; }
message File { string path = 1; int32 policy = 2; int32 type = 3; }
message Files { repeated File files = 1; }
message StatsItem { string key = 1; string value_json = 16; }
message Stats { int32 stats_type = 1; Time timestamp = 2; repeated StatsItem item = 3; }
message Output { int32 output_type = 1; Time timestamp = 2; string line = 3; }
message Exit { int32 exit_code = 1; int32 runtime = 2; bool not_complete = 3; }
message Version { string producer = 1; string min_consumer = 2; }
message Header { Version version_info = 1; }
message Environment {
  string os = 1; Time started_at = 3; repeated string args = 5; string program = 6; Git git = 9; string host = 12; string username = 13;
  uint32 cpu_count = 16; uint32 cpu_count_logical = 17; string writer_id = 199;
}
message Record {
  int64 num = 1;
  oneof record_type {
    History history = 2; Items summary = 3; Items config = 5; Files files = 6; Stats stats = 7; Output output_raw = 13; Run run = 17;
    Exit exit = 18; Header header = 21; Environment environment = 26;
  }
  Info _info = 200;
}`;

export interface WandbItem {
  key?: string;
  nestedKey?: string[];
  valueJson?: string;
}

export interface WandbHistoryItem extends WandbItem {
  boolean?: boolean;
  integer?: number;
  number?: number;
  text?: string;
  json?: string;
}

export interface WandbTime {
  seconds?: number;
  nanos?: number;
}

/** A record with the one field that it carries. */
export interface WandbRecord {
  num?: number;
  header?: { versionInfo?: { producer?: string; minConsumer?: string } };
  run?: {
    runId?: string;
    entity?: string;
    project?: string;
    config?: { update?: WandbItem[]; remove?: WandbItem[] };
    runGroup?: string;
    jobType?: string;
    displayName?: string;
    notes?: string;
    tags?: string[];
    host?: string;
    startTime?: WandbTime;
    resumed?: boolean;
    git?: { remoteUrl?: string; commit?: string };
  };
  config?: { update?: WandbItem[]; remove?: WandbItem[] };
  summary?: { update?: WandbItem[]; remove?: WandbItem[] };
  history?: { item?: WandbHistoryItem[]; step?: { num?: number } };
  files?: { files?: { path?: string; policy?: number; type?: number }[] };
  stats?: { timestamp?: WandbTime; item?: { key?: string; valueJson?: string }[] };
  environment?: Record<string, unknown>;
  exit?: { exitCode?: number; runtime?: number };
  _info?: { streamId?: string };
}

let type: protobuf.Type | undefined;

function recordType(): protobuf.Type {
  type ??= protobuf.parse(SCHEMA).root.lookupType('wandb_internal.Record');
  return type;
}

export function encodeRecord(record: WandbRecord): Uint8Array {
  return recordType().encode(recordType().fromObject(record)).finish();
}

export function decodeRecord(bytes: Uint8Array): WandbRecord {
  return recordType().toObject(recordType().decode(bytes), { longs: Number, arrays: false }) as WandbRecord;
}

export function timeOf(ms: number): WandbTime {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

export function msOf({ seconds = 0, nanos = 0 }: WandbTime = {}): number {
  return seconds * 1000 + nanos / 1e6;
}
