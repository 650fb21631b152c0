import { Table, type TableProps } from '@mantine/core';

interface Props extends TableProps {
  /** What it is a table of: said of the part that scrolls. */
  label: string;
  /** Pixels below which it scrolls sideways. */
  width: number;
}

/** A table of few rows that scrolls by itself where the page is narrower, by keyboard too. Lists of any length: DataTable. */
export function WideTable({ label, width, children, ...rest }: Props) {
  return (
    <Table.ScrollContainer
      className="sideways"
      minWidth={width}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <Table bg="var(--mantine-color-body)" {...rest}>
        {children}
      </Table>
    </Table.ScrollContainer>
  );
}
