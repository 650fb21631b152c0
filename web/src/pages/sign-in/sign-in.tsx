import { Alert, Anchor, Button, Center, Code, Divider, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { asFault } from '../../api/fault.ts';

/** What the way back from an identity provider may have brought. */
const CAME_BACK: Record<string, string> = {
  stale: 'Signing in took too long, or was begun in another window. Begin again.',
  refused: 'The identity provider did not vouch for you.',
  unavailable: 'The identity provider does not answer. Try again in a moment.',
  'no-role': 'You are known, but have no role here. Ask whoever runs this server for one.',
};

/** In place of every page until one has signed in; the address stays, so that a link leads where it should. */
export function SignIn({ methods }: { methods: readonly string[] }) {
  const client = useQueryClient();
  const [key, setKey] = useState('');
  const signIn = useMutation({
    mutationFn: (given: string) => ask(api.POST('/v1/session', { body: { key: given } })),
    onSuccess: () => {
      setKey('');
      return client.resetQueries();
    },
  });
  useEffect(() => {
    document.title = 'Sign in · Osler';
  }, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() !== '') signIn.mutate(key.trim());
  };
  const { pathname, search } = window.location;
  const query = new URLSearchParams(search);
  const came = CAME_BACK[query.get('sign-in') ?? ''];
  query.delete('sign-in');
  const to = `${pathname}${query.size > 0 ? `?${query}` : ''}`;
  const fault = signIn.error === null ? null : asFault(signIn.error);
  return (
    <Center mih="100dvh" p="md" bg="var(--ground)" component="main">
      <Paper withBorder p="xl" w="100%" maw={400}>
        <Stack gap="lg">
          <div>
            <img src="/icon.svg" alt="" width={36} height={36} />
            <Title order={1} size="h3" mt="sm">
              Sign in to Osler
            </Title>
          </div>
          {came !== undefined && (
            <Alert color="orange" role="alert">
              {came}
            </Alert>
          )}
          {methods.includes('oidc') && (
            <Button component="a" href={`/v1/session/oidc?${new URLSearchParams({ to })}`} size="md">
              Sign in with your account
            </Button>
          )}
          {methods.includes('oidc') && methods.includes('key') && <Divider label="or" />}
          {methods.includes('key') && (
            <form onSubmit={submit}>
              <Stack gap="md">
                <PasswordInput
                  label="Key"
                  description="Begins with osler_"
                  value={key}
                  onChange={(event) => setKey(event.currentTarget.value)}
                  error={
                    fault === null
                      ? undefined
                      : `${fault.message}${fault.code === 'UNAUTHENTICATED' || fault.hint === undefined ? '' : ` ${fault.hint}`}`
                  }
                  autoComplete="current-password"
                  spellCheck={false}
                  autoFocus={!methods.includes('oidc')}
                  visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
                />
                <Button
                  type="submit"
                  loading={signIn.isPending}
                  disabled={key.trim() === ''}
                  variant={methods.includes('oidc') ? 'default' : 'filled'}
                >
                  Sign in
                </Button>
              </Stack>
            </form>
          )}
          <Text size="xs" c="dimmed">
            Keys are made by whoever runs this server: <Code>osler keys create</Code>. For programs, see{' '}
            <Anchor href="/docs" underline="always">
              the API
            </Anchor>
            .
          </Text>
        </Stack>
      </Paper>
    </Center>
  );
}
