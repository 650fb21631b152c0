import { Alert, Paper, Stack, Text } from '@mantine/core';
import { When } from '../../components/when.tsx';
import { moment } from '../../say.ts';
import { type Check, Checks } from './checks.tsx';
import type { Decision } from './queries.ts';
import { decided } from './words.ts';

/** What was decided about a version, the newest first, each with the evidence that was stored with it. */
export function Decisions({ decisions }: { decisions: readonly Decision[] }) {
  return (
    <Stack gap="md">
      {[...decisions].reverse().map((one) => (
        <Paper key={one.id} withBorder p="md">
          <Text size="sm">
            <b>
              {decided(one)} by {one.who}
            </b>
            <Text span c="dimmed" size="sm">
              , <When at={one.at} /> ({moment(new Date(one.at))})
            </Text>
          </Text>
          {one.reason !== '' && (
            <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
              {one.reason}
            </Text>
          )}
          {one.override !== null && (
            <Alert color="red" className="wrong" mt="sm" title="The policy was set aside">
              {one.override}
            </Alert>
          )}
          <Evidence of={one.evidence} />
        </Paper>
      ))}
    </Stack>
  );
}

/** Stored as JSON: of an older Osler it may be less. */
function Evidence({ of: evidence }: { of: Decision['evidence'] }) {
  const checks = checksOf(evidence);
  if (checks.length === 0) return null;
  return (
    <details style={{ marginTop: 10 }}>
      <summary style={{ cursor: 'pointer', fontSize: 'var(--mantine-font-size-sm)' }}>
        Evidence: {checks.filter(({ passed }) => passed).length} of {checks.length} rules met
      </summary>
      <div style={{ marginTop: 10 }}>
        <Checks checks={checks} />
      </div>
    </details>
  );
}

function checksOf(evidence: Decision['evidence']): Check[] {
  if (typeof evidence !== 'object' || evidence === null || !('checks' in evidence)) return [];
  const { checks } = evidence as { checks: unknown };
  return Array.isArray(checks) ? (checks as Check[]) : [];
}
