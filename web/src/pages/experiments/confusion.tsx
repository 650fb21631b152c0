import { useComputedColorScheme } from '@mantine/core';
import { count } from '../../say.ts';

/** Rows: the truth; columns: the class decided for. The share of its row is said by the ground, and in figures. */
export function Confusion({ classes, counts }: { classes: readonly string[]; counts: readonly (readonly number[])[] }) {
  const dark = useComputedColorScheme('light') === 'dark';
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className="sideways" aria-label="Confusion matrix" tabIndex={0}>
      <table className="confusion">
        <thead>
          <tr>
            <th scope="col">truth \ decided</th>
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, row) => {
            const all = counts[row]!.reduce((sum, n) => sum + n, 0);
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {counts[row]!.map((n, column) => {
                  const share = all === 0 ? 0 : n / all;
                  const tint = row === column ? 'var(--mantine-primary-color-filled)' : 'var(--mantine-color-orange-6)';
                  return (
                    <td
                      key={classes[column]}
                      style={{
                        background: `color-mix(in srgb, ${tint} ${Math.round(share * (dark ? 45 : 40))}%, transparent)`,
                      }}
                    >
                      <b>{count(n)}</b>
                      <br />
                      {all === 0 ? '' : `${Math.round(share * 100)}%`}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
