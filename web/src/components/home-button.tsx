import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** From a list that is empty because nothing has begun: Home has the first steps, and the demo in one click. */
export function HomeButton() {
  return (
    <Button component={Link} to="/" variant="default">
      First steps, and the demo
    </Button>
  );
}
