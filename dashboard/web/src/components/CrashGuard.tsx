import { Alert, Button, Stack, Text } from '@mantine/core';
import i18next from 'i18next';
import { Component, type ReactNode } from 'react';

interface Props {
  // Another one is another page, which may well work.
  page: string;
  children: ReactNode;
}

interface State {
  error: Error | undefined;
  page: string;
}

// When a page fails, the others go on, and this one says so.
export class CrashGuard extends Component<Props, State> {
  override state: State = { error: undefined, page: this.props.page };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ page }: Props, state: State): State | null {
    return page === state.page ? null : { error: undefined, page };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Alert color="red" title={i18next.t('common.failed')} role="alert">
        <Stack align="flex-start" gap="sm">
          <Text size="sm">{error.message}</Text>
          <Button size="xs" variant="light" onClick={() => window.location.reload()}>
            {i18next.t('common.reload')}
          </Button>
        </Stack>
      </Alert>
    );
  }
}
