import { useComputedColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Swatch } from '../../charts/index.ts';
import type { ComparedRun } from './compare-data.ts';

export interface Cell {
  text: string;
  differs?: boolean;
  best?: boolean;
}

interface Props {
  label: string;
  runs: readonly ComparedRun[];
  rows: readonly { key: string; head: ReactNode; cells: readonly Cell[] }[];
  numbers: boolean;
}

/** A line for each setting or metric, a column for each run. */
export function SideBySide({ label, runs, rows, numbers }: Props) {
  const scheme = useComputedColorScheme('light');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className="side-by-side sideways" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{label}</th>
            {runs.map(({ id, name, place }) => (
              <th key={id} scope="col">
                <Swatch place={place} scheme={scheme} />{' '}
                <Link to="/runs/$run" params={{ run: id }} className="run-link">
                  {name}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, head, cells }) => (
            <tr key={key}>
              <th scope="row" title={key}>
                {head}
              </th>
              {cells.map(({ text, differs, best }, i) => (
                <td
                  key={runs[i]!.id}
                  title={text}
                  data-number={numbers || undefined}
                  data-differs={differs || undefined}
                  data-best={best || undefined}
                >
                  {text}
                  {best === true && <span className="visually-hidden"> (best)</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
