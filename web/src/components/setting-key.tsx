import { Fragment } from 'react';

/** `optimiser.weightDecay`, broken where a reader would break it: before a point or a capital, and nowhere else. */
export function SettingKey({ name }: { name: string }) {
  return name.split(/(?=[.A-Z])/).map((part, index) => (
    <Fragment key={index}>
      <wbr />
      {part}
    </Fragment>
  ));
}
