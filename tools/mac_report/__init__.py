# SPDX-License-Identifier: Apache-2.0
"""What tools/mac_report.sh records on a Mac."""
