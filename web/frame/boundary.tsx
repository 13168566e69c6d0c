import { Component, type ComponentChildren, type JSX } from 'preact';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';

interface State {
  readonly failure?: Error | undefined;
}

/** The place of a view. An error while the view is drawn is shown in its place, with the one thing to do; the frame stays. */
export class Boundary extends Component<{ readonly children: ComponentChildren }, State> {
  override state: State = {};

  static override getDerivedStateFromError(failure: Error): State {
    return { failure };
  }

  override componentDidCatch(failure: Error): void {
    console.error(failure);
  }

  override render(): JSX.Element {
    const { failure } = this.state;
    if (failure === undefined) return <>{this.props.children}</>;
    return (
      <Empty glyph="unknown" title="This view could not be drawn">
        {`${failure.message}. `}
        <Button onPress={() => this.setState({ failure: undefined })}>Try again</Button>
      </Empty>
    );
  }
}
