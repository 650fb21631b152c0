import { Badge, Button, Group, Paper, Stack, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { Go } from '../../components/link.tsx';
import { done } from '../../components/notify.tsx';
import { ReasonModal, type Said } from '../../components/reason-modal.tsx';
import { live, type VersionDetail } from './queries.ts';
import { versionName } from './words.ts';

/** Aliases say which version is meant: `champion` is what is live. Whichever had one loses it. */
export function Aliasing({ version }: { version: VersionDetail }) {
  const [giving, setGiving] = useState<string>();
  const [taking, setTaking] = useState<string>();
  const [other, setOther] = useState('');
  const client = useQueryClient();
  const mayDecide = useMay('decide');
  const name = versionName(version);
  const isChampion = version.aliases.includes('champion');
  const answers = useAnswersIn(version);
  const ended = version.status === 'retired' || version.status === 'rejected';
  const path = (alias: string) => ({ params: { path: { name: version.model, alias } } });
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['model', version.model] }),
      client.invalidateQueries({ queryKey: ['models'] }),
      client.invalidateQueries({ queryKey: ['deployments'] }),
      client.invalidateQueries({ queryKey: ['deployment'] }),
    ]);
  const put = (alias: string, to: number, said: Partial<Said>) =>
    ask(api.PUT('/v1/models/{name}/aliases/{alias}', { ...path(alias), body: { version: to, ...said } }));
  const give = async (alias: string, said: Said) => {
    const { from } = await put(alias, version.version, said);
    await refresh();
    setOther('');
    const back = async () => {
      const reason = `Taken back at once: ${said.reason}`;
      if (from === null)
        await ask(api.DELETE('/v1/models/{name}/aliases/{alias}', { ...path(alias), body: { reason } }));
      else if (alias === 'champion') {
        const params = { path: { name: version.model } };
        await ask(api.POST('/v1/models/{name}/rollback', { params, body: { reason, alias, to: from } }));
      } else await put(alias, from, { reason });
      await refresh();
    };
    done(`${name} is ${alias} now${from === null ? '' : `; before it was ${version.model}@${from}`}.`, back);
  };
  const take = async (alias: string, { reason }: Said) => {
    await ask(api.DELETE('/v1/models/{name}/aliases/{alias}', { ...path(alias), body: { reason } }));
    await refresh();
    done(`${version.model} has no ${alias} any more.`, async () => {
      await put(alias, version.version, { reason: `Put back at once: ${reason}` });
      await refresh();
    });
  };
  return (
    <Paper withBorder p="lg">
      <Title order={2} size="h3" mb="xs">
        {isChampion || answers.length > 0 ? `${name} is live` : `${name} is not live`}
      </Title>
      <Stack gap="md">
        {(isChampion || answers.length === 0) && (
          <Text size="sm">
            {isChampion
              ? 'It is the champion: whatever names the model by that alias answers with this version.'
              : ended
                ? 'What was ended takes no alias.'
                : 'It answers where a deployment names its number, or once it is the champion.'}
          </Text>
        )}
        {answers.length > 0 ? (
          <Text size="sm">
            It answers in{' '}
            {answers.map((deployment, i) => (
              <span key={deployment}>
                {i > 0 && ', '}
                <Go to="/deployments/$name" params={{ name: deployment }} size="sm" underline="always">
                  {deployment}
                </Go>
              </span>
            ))}
            .
          </Text>
        ) : (
          !ended && (
            <Go to="/deployments/new" search={{ version: name }} size="sm" underline="always">
              Deploy it
            </Go>
          )
        )}
        {version.aliases.length > 0 && (
          <Group gap="xs">
            {version.aliases.map((alias) => (
              <Badge
                key={alias}
                size="lg"
                variant={alias === 'champion' ? 'filled' : 'default'}
                rightSection={
                  mayDecide ? (
                    <button
                      type="button"
                      className="unbutton"
                      aria-label={`Take ${alias} away from ${name}`}
                      onClick={() => setTaking(alias)}
                    >
                      ×
                    </button>
                  ) : undefined
                }
              >
                {alias}
              </Badge>
            ))}
          </Group>
        )}
        {!ended && (
          <Group align="flex-end">
            {!isChampion && (
              <Tooltip label="This needs the role approver or admin." disabled={mayDecide}>
                <Button onClick={() => setGiving('champion')} disabled={!mayDecide}>
                  Make it the champion…
                </Button>
              </Tooltip>
            )}
            <TextInput
              label="Another alias"
              placeholder="challenger"
              value={other}
              onChange={(event) => setOther(event.currentTarget.value)}
              disabled={!mayDecide}
              w={180}
            />
            <Button
              variant="default"
              disabled={!mayDecide || other.trim() === ''}
              onClick={() => setGiving(other.trim())}
            >
              Give it…
            </Button>
          </Group>
        )}
      </Stack>
      <ReasonModal
        opened={giving !== undefined}
        onClose={() => setGiving(undefined)}
        title={`Make ${name} ${giving ?? ''}`}
        action={`Make it ${giving ?? ''}`}
        onSay={(said) => give(giving!, said)}
      >
        {giving === 'champion' && (
          <Text size="sm">
            Deployments that name {version.model}@champion answer with {name} within half a second. Where the policy
            asks for a comparison with the present champion that was not made yet, it is made first.
          </Text>
        )}
      </ReasonModal>
      <ReasonModal
        opened={taking !== undefined}
        onClose={() => setTaking(undefined)}
        title={`Take ${taking ?? ''} away from ${name}`}
        action="Take it away"
        onSay={(said) => take(taking!, said)}
      >
        <Text size="sm">
          What names the model by this alias has no version then, and is left out until another has it.
        </Text>
      </ReasonModal>
    </Paper>
  );
}

/** Names of the deployments that it answers in now; a shadow's answers are never given. */
function useAnswersIn({ model, version }: VersionDetail): string[] {
  const { data } = useQuery(live(undefined, undefined));
  return (data?.deployments ?? [])
    .filter(({ members }) =>
      members.some((member) => member.model === model && member.version === version && member.role !== 'shadow'),
    )
    .map(({ name }) => name);
}
