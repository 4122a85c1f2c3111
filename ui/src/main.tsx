// SPDX-License-Identifier: Apache-2.0
// The dashboard starts here.
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
    <StrictMode>
        <App />
    </StrictMode>,
);
