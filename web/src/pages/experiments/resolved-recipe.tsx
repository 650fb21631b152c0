import { Accordion, Table, Text } from '@mantine/core';
import { SettingKey } from '../../components/setting-key.tsx';

interface Setting {
  key: string;
  value: unknown;
  origin: string;
}

/** The recipe as it will run: what was given here first, then what the recipe says, then what nobody said. */
export function ResolvedRecipe({ settings }: { settings: readonly Setting[] }) {
  const groups = [
    { id: 'given', title: 'Given here', of: settings.filter(({ origin }) => origin === 'command line') },
    {
      id: 'recipe',
      title: 'From the recipe',
      of: settings.filter(({ origin }) => origin !== 'command line' && origin !== 'default'),
    },
    { id: 'default', title: 'Defaults', of: settings.filter(({ origin }) => origin === 'default') },
  ].filter(({ of }) => of.length > 0);
  return (
    <Accordion multiple defaultValue={['given', 'recipe']} variant="contained">
      {groups.map(({ id, title, of }) => (
        <Accordion.Item key={id} value={id}>
          <Accordion.Control>
            <Text size="sm" fw={600}>
              {title}{' '}
              <Text span size="sm" c="dimmed">
                {of.length}
              </Text>
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <Table fz="xs" layout="fixed" style={{ overflowWrap: 'anywhere' }}>
              <Table.Tbody>
                {of.map(({ key, value, origin }) => (
                  <Table.Tr key={key}>
                    <Table.Th fw={500}>
                      <SettingKey name={key} />
                      {id === 'recipe' && (
                        <Text size="xs" c="dimmed" hiddenFrom="sm">
                          {origin}
                        </Text>
                      )}
                    </Table.Th>
                    <Table.Td className="mono">{JSON.stringify(value)}</Table.Td>
                    {id === 'recipe' && (
                      <Table.Td c="dimmed" visibleFrom="sm">
                        {origin}
                      </Table.Td>
                    )}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
