import type { Command } from 'commander';
import { wholeNumber } from './options.ts';

export interface OperationOptions {
  logLevel: string;
  traces?: string;
  drain: number;
}

/** What every server has of these options. */
export function operationOptions(command: Command): Command {
  return command
    .option('--log-level <level>', 'silent, error, warn, info or debug: JSON lines on stderr', 'warn')
    .option(
      '--traces <url>',
      'send traces there by OTLP over HTTP, as http://127.0.0.1:4318 (default: $OTEL_EXPORTER_OTLP_ENDPOINT)',
    )
    .option(
      '--drain <seconds>',
      'when asked to end, say so at /health/ready and answer on for so long, until no more traffic is sent here',
      wholeNumber(0, 3_600),
      0,
    );
}

export interface SecurityFlags {
  host: string;
  config?: string;
  authenticate?: boolean;
}

/** What every server has of these options. */
export function securityOptions(command: Command): Command {
  return command
    .option(
      '--host <address>',
      'address to listen on; beyond loopback only with keys (osler keys) or an identity provider',
      '127.0.0.1',
    )
    .option('--authenticate', 'ask for a key on loopback too')
    .option(
      '--config <file>',
      'who may use the server, limits, TLS, names, kept images (default: server.yaml in OSLER_HOME, where there is one)',
    );
}
