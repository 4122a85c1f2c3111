// SPDX-License-Identifier: Apache-2.0
// The look: sea green to act on, brass for the mark, greys with a little green in them.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const sea: MantineColorsTuple = [
    '#ecf7f5',
    '#d8ebe8',
    '#b0d7d2',
    '#84c1ba',
    '#5fb0a7',
    '#429f96',
    '#2b8e86',
    '#1a7c76',
    '#0f6a66',
    '#085450',
];

const brass: MantineColorsTuple = [
    '#fbf5e8',
    '#f3e7cc',
    '#e7cf9a',
    '#dab664',
    '#cfa13c',
    '#c08d2a',
    '#a97821',
    '#8f641a',
    '#735014',
    '#573b0d',
];

const gray: MantineColorsTuple = [
    '#f6f8f7',
    '#eef2f0',
    '#e2e8e6',
    '#d2dad8',
    '#b6c2c0',
    '#93a19f',
    '#647371',
    '#4a5856',
    '#33403f',
    '#1b2726',
];

const dark: MantineColorsTuple = [
    '#dbe4e3',
    '#bac6c5',
    '#93a3a2',
    '#6d7f7e',
    '#3a4a4c',
    '#233032',
    '#182326',
    '#0f1a1c',
    '#0b1416',
    '#070d0e',
];

export const theme = createTheme({
    colors: { sea, brass, gray, dark },
    primaryColor: 'sea',
    primaryShade: { light: 8, dark: 7 },
    autoContrast: true,
    luminanceThreshold: 0.34,
    defaultRadius: 'md',
    cursorType: 'pointer',
    focusRing: 'auto',
    fontFamily: "'Inter Variable', system-ui, sans-serif",
    fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
    headings: {
        fontWeight: '620',
        sizes: {
            h1: { fontSize: '1.55rem', lineHeight: '1.25' },
            h2: { fontSize: '1.15rem', lineHeight: '1.3' },
            h3: { fontSize: '1rem', lineHeight: '1.4' },
        },
    },
    radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '20px' },
    components: {
        Button: { defaultProps: { fw: 560 } },
        Paper: { defaultProps: { radius: 'lg' } },
        Modal: {
            defaultProps: {
                centered: true,
                radius: 'lg',
                overlayProps: { blur: 2, backgroundOpacity: 0.4 },
            },
        },
        Table: { defaultProps: { borderColor: 'var(--pintle-line)' } },
        Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    },
});

// Colours of our own that style sheets use besides Mantine's.
export const cssVariables: CSSVariablesResolver = () => ({
    variables: {},
    light: {
        '--pintle-page': '#f4f6f5',
        '--pintle-card': '#ffffff',
        '--pintle-line': '#dfe6e4',
        '--pintle-wire': '#9cc4bf',
        '--pintle-wire-strong': '#0f6a66',
        '--pintle-code': '#f1f4f3',
        '--pintle-soft': '#e6f1ef',
        '--pintle-brass': '#a97821',
        '--mantine-color-body': '#ffffff',
        '--mantine-color-text': '#1b2726',
        '--mantine-color-dimmed': '#5b6a68',
        '--mantine-color-anchor': '#0f6a66',
        '--mantine-color-red-light-color': '#b3261e',
    },
    dark: {
        '--pintle-page': '#0f1a1c',
        '--pintle-card': '#162224',
        '--pintle-line': '#273537',
        '--pintle-wire': '#34605d',
        '--pintle-wire-strong': '#5fb0a7',
        '--pintle-code': '#101b1d',
        '--pintle-soft': '#18302f',
        '--pintle-brass': '#dab664',
        '--mantine-color-body': '#162224',
        '--mantine-color-dimmed': '#98a8a7',
        '--mantine-color-anchor': '#6dbdb4',
        '--mantine-color-default-border': '#35464a',
        '--mantine-color-disabled': '#212e30',
        '--mantine-color-disabled-color': '#7f9190',
        '--mantine-color-disabled-border': '#2b393b',
    },
});
