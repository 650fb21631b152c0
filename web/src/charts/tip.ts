/** A tooltip made of nodes: what somebody named a run or a class is never read as HTML. */
export function tip(head: string, rows: readonly (readonly [string, string])[]): HTMLElement {
  const box = document.createElement('div');
  const title = box.appendChild(document.createElement('div'));
  title.textContent = head;
  title.style.fontWeight = '600';
  for (const [name, value] of rows) {
    const row = box.appendChild(document.createElement('div'));
    row.style.cssText = 'display: flex; justify-content: space-between; gap: 16px';
    row.appendChild(document.createElement('span')).textContent = name;
    row.appendChild(document.createElement('span')).textContent = value;
  }
  return box;
}

/** What all tooltips of ECharts' own share. */
export const tipLook = (look: { paper: string; text: string; grid: string }) => ({
  trigger: 'item' as const,
  confine: true,
  backgroundColor: look.paper,
  borderColor: look.grid,
  textStyle: { color: look.text, fontSize: 12 },
});
