import { Breadcrumbs, Button, Group, Paper, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Go } from '../../components/link.tsx';
import { done } from '../../components/notify.tsx';
import { Page } from '../../components/page.tsx';
import { isAbsent } from '../../components/reading.ts';
import { choices, type Spec } from './queries.ts';

const route = getRouteApi('/deployments/new');

/** A new deployment of one version; more of them, canaries and shadows come once it is there. */
export function NewDeploymentPage() {
  const { version } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const mayDecide = useMay('decide');
  const all = useQuery(choices());
  const [name, setName] = useState('');
  const [model, setModel] = useState(version ?? null);
  const [sticky, setSticky] = useState<Spec['sticky']>('patient');
  const [why, setWhy] = useState('');
  const making = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/deployments', {
          body: { name: name.trim(), live: [{ model: model!, weight: 1 }], sticky, why: why.trim() },
        }),
      ),
    onSuccess: async () => {
      void client.invalidateQueries({ queryKey: ['deployments'] });
      await navigate({ to: '/deployments/$name', params: { name: name.trim() } });
      done(`${name.trim()} answers.`);
    },
  });
  const good = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name.trim());
  const ready = good && model !== null && why.trim() !== '' && mayDecide;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !making.isPending) making.mutate();
  };
  const approved = (all.data ?? []).filter((one) => one.approved);
  return (
    <Page
      title="New deployment"
      width="reading"
      above={
        <Breadcrumbs mb="xs">
          <Go to="/deployments" size="sm">
            Deployments
          </Go>
        </Breadcrumbs>
      }
    >
      {isAbsent(all) && <FaultPanel error={all.error} />}
      {all.data !== undefined && approved.length === 0 ? (
        <EmptyState
          title="No approved version yet"
          actions={
            <Button component={Link} to="/models">
              Models
            </Button>
          }
        >
          What people see must be approved first: register a run, look at its evidence, approve it.
        </EmptyState>
      ) : (
        <Paper withBorder p="lg">
          <form onSubmit={submit}>
            <Stack gap="md">
              <TextInput
                label="Name"
                description="Clients name it; letters, digits, dots, dashes and underscores."
                placeholder="derma"
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                error={name !== '' && !good ? 'It cannot stand in an address.' : undefined}
                required
                data-autofocus
              />
              <Select
                label="Version that answers"
                description="An alias is followed: what is champion answers. A number is that very bundle, for ever."
                placeholder={all.isPending ? 'Loading' : 'Approved versions and aliases'}
                data={approved}
                value={model}
                onChange={setModel}
                searchable
                required
              />
              <Select
                label="A key stands for"
                description="Requests of one key stay with one version when there are several."
                data={[
                  { value: 'patient', label: 'a patient' },
                  { value: 'session', label: 'a session' },
                  { value: 'request', label: 'one request' },
                ]}
                value={sticky}
                allowDeselect={false}
                onChange={(value) => value !== null && setSticky(value as Spec['sticky'])}
              />
              <Textarea
                label="Why"
                description="Stands in the audit trail with your name."
                autosize
                minRows={2}
                value={why}
                onChange={(event) => setWhy(event.currentTarget.value)}
                required
              />
              {making.error !== null && <FaultPanel error={making.error} />}
              <Group justify="flex-end">
                {!mayDecide && (
                  <Text size="sm" c="dimmed">
                    This needs the role approver or admin.
                  </Text>
                )}
                <Button type="submit" disabled={!ready} loading={making.isPending}>
                  Make it
                </Button>
              </Group>
            </Stack>
          </form>
        </Paper>
      )}
    </Page>
  );
}
