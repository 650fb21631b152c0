import { Anchor, type AnchorProps, Badge, type BadgeProps, Menu, type MenuItemProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Html = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps> & { ref?: Ref<HTMLAnchorElement> };

/** A place of the page, as a link whose address is checked: `<Go to="/models/$name" params={{ name }}>`. */
export const Go = createLink((props: AnchorProps & Html) => <Anchor {...props} />);

/** The same, looking as a badge. */
export const GoBadge = createLink((props: BadgeProps & Omit<Html, keyof BadgeProps>) => (
  <Badge component="a" h={24} style={{ cursor: 'pointer' }} {...props} />
));

/** The same, in a menu. */
export const GoItem = createLink((props: MenuItemProps & Omit<Html, keyof MenuItemProps>) => (
  <Menu.Item component="a" {...props} />
));
