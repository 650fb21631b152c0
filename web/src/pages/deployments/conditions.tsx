import { Badge, Tooltip } from '@mantine/core';
import type { Deployment } from './queries.ts';

/** What one must know of a deployment at once, in a few badges. */
export function Conditions({
  deployment: { revision, served, fault },
}: {
  deployment: Pick<Deployment, 'revision' | 'served' | 'fault'>;
}) {
  const { canary, override } = revision.spec;
  const late = served !== null && served.revision !== revision.number;
  return (
    <>
      {canary !== null && (
        <Badge color="blue" variant="light">
          canary {canary.name}, step {canary.step + 1} of {canary.plan.steps.length}
        </Badge>
      )}
      {override !== null && (
        <Tooltip label={override}>
          <Badge color="red" variant="light" tabIndex={0}>
            checks overridden
          </Badge>
        </Tooltip>
      )}
      {served === null && fault !== null ? (
        <Badge color="red" variant="light">
          does not answer
        </Badge>
      ) : served === null ? (
        <Tooltip label="This server does not answer for it: osler serve --deployment does, or osler server.">
          <Badge color="gray" variant="light" tabIndex={0}>
            not served here
          </Badge>
        </Tooltip>
      ) : served.fault !== null ? (
        <Badge color="orange" variant="light">
          {served.leftOut.length > 0 ? `${served.leftOut.length} left out` : 'fault'}
        </Badge>
      ) : late ? (
        <Badge color="yellow" variant="light">
          loading revision {revision.number}
        </Badge>
      ) : (
        <Badge color="teal" variant="light">
          answering
        </Badge>
      )}
    </>
  );
}
