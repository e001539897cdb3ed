import { createTheme, type MantineThemeOverride, rem } from '@mantine/core';

// `close` is what a button that closes something is called.
export function themeWith(close: string): MantineThemeOverride {
  return createTheme({
    primaryColor: 'indigo',
    primaryShade: 7,
    defaultRadius: 'md',
    autoContrast: true,
    fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace',
    headings: { fontWeight: '650' },
    fontSizes: { xs: rem(12), sm: rem(14), md: rem(15), lg: rem(18), xl: rem(21) },
    components: {
      Notification: { defaultProps: { closeButtonProps: { 'aria-label': close } } },
      Modal: { defaultProps: { closeButtonProps: { 'aria-label': close } } },
    },
  });
}
