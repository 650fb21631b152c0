import { Link } from '@tanstack/react-router';

/** The parts of this room. */
export function RoomTabs({ here }: { here: 'runs' | 'sweeps' }) {
  return (
    <nav className="room-tabs" aria-label="Parts of Experiments">
      <Link to="/runs" activeOptions={{ exact: true }} aria-current={here === 'runs' ? 'page' : undefined}>
        Runs
      </Link>
      <Link to="/runs/sweeps" aria-current={here === 'sweeps' ? 'page' : undefined}>
        Sweeps
      </Link>
    </nav>
  );
}
