import { createContext, useContext } from 'react';
import { Sparkline } from '../../charts/index.ts';
import type { RunLine } from './queries.ts';

/** Small curves come later than the lines that they stand in: those alone are drawn again. */
export const Sparks = createContext<ReadonlyMap<string, readonly (number | null)[]>>(new Map());

export function RunSpark({ run: { id, name } }: { run: RunLine }) {
  const values = useContext(Sparks).get(id);
  return values === undefined ? null : <Sparkline values={values} label={`Curve of ${name}`} />;
}
